# Consoles: what staff and operators read.

login-failed = Email or password is wrong.
login-throttled = Too many tries. Please wait { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} and try again.

todo-payment-conflicts = { $count ->
    [one] One payment arrived after the tickets were gone
   *[other] { $count } payments arrived after the tickets were gone
}
todo-awaiting-funds = { $count ->
    [one] One order waits for its money
   *[other] { $count } orders wait for their money
}
todo-failed-jobs = { $count ->
    [one] One mail or payment step failed for good
   *[other] { $count } mails or payment steps failed for good
}
todo-payments-waiting = { $count ->
    [one] One payment needs a look
   *[other] { $count } payments need a look
}
todo-almost-sold-out = { $event } is { $percent } % sold
todo-drafts = { $count ->
    [one] One draft waits to be published
   *[other] { $count } drafts wait to be published
}
todo-event-today = { $event } is today: check-in is ready
todo-no-events = Create your first event

timeline-placed = Order placed
timeline-payment-started = Payment started
timeline-payment-failed = Payment failed
timeline-paid = Paid
timeline-tickets-issued = Tickets issued
timeline-mailed = Tickets sent by email
timeline-resent = Tickets sent again
timeline-checked-in = Checked in
timeline-expired = Expired without payment
timeline-cancelled = Cancelled
timeline-refunded = Refunded
timeline-conflict = Paid after the tickets were gone

check-title = It has a title
check-dates = It has a beginning in the future
check-venue = It says where it is
check-tickets = There is at least one ticket type
check-capacity = Each ticket type has a quantity
check-description = It has a description
check-refund-policy = It says how refunds work

door-admitted = Welcome
door-already-used = Already scanned
door-unknown = Not one of our tickets
door-other-event = Ticket for another event
door-cancelled = Ticket was cancelled
door-too-early = Check-in is not open yet
door-not-readable = Code cannot be read

history-provisioned = Provisioned
history-suspended = Suspended
history-resumed = Resumed

sections = Sections
section-home = Home
section-events = Events
section-orders = Orders
section-check_in = Check-in
section-tenants = Tenants
section-mail = Mailbox
view-shop = View shop
view-page = View page
log-out = Log out
role-owner = Owner
role-operator = Operator
tone-info = Note
tone-positive = Good
tone-caution = Attention
tone-critical = Urgent

login-title = Log in
login-password = Password
login-submit = Log in

todo-title = Needs you now
todo-none = Nothing needs you right now.
sales = Sales
sales-today = Sales today
sales-days = Last 30 days
chart-now-today = Today
chart-before-today = A week ago
chart-compared-today = compared with { $before } by this time a week ago
chart-step-today = Hour
chart-now-days = Last 30 days
chart-before-days = The 30 days before
chart-compared-days = compared with { $before } in the 30 days before
chart-step-days = Day
chart-tickets = Tickets
chart-orders = Orders
chart-table = Show as table
upcoming = Coming up
upcoming-none = No events ahead.
latest-orders = Latest orders
all-events = All events
all-orders = All orders

new-event = New event
edit = Edit
publish = Publish
events-search = Search events
events-none = No events yet
events-none-advice = The first page that sells takes about three minutes.
any-state = Any state
list-nothing-advice = Try fewer words or another filter.
list-older = Older
event-status-draft = Draft
event-status-published = On sale
event-status-ended = Ended
event-status-cancelled = Cancelled

col-event = Event
col-state = State
col-sold = Sold
col-revenue = Revenue
col-order = Order
col-buyer = Buyer
col-placed = Placed
col-type = Ticket type
col-price = Price
col-stock = Stock
col-name = Name
col-host = Host
col-created = Created
in-carts = In carts
admitted = Inside
hidden = Hidden
stock-alt = { $sold } sold and { $held } in carts of { $capacity }
tickets-count = { $count ->
    [one] One ticket
   *[other] { $count } tickets
}
attendees = Attendees
attendees-search = Search by name or email
attendees-none = Nobody yet
attendees-none-advice = People appear here as soon as they have a ticket.
cancel-event = Cancel event
cancel-event-text = The sale stops at once and all { $sold } tickets become invalid. This cannot be undone.
cancel-event-confirm = Yes, cancel the event

orders-search = Search by code, name or email
orders-none = No orders yet
orders-none-advice = Orders appear here as soon as somebody buys.
order-lines = What was bought
order-as-buyer = As the buyer sees it
order-status-quoted = Started
order-status-awaiting_payment = Paying
order-status-awaiting_funds = Waiting for money
order-status-paid = Paid
order-status-payment_conflict = Payment conflict
order-status-expired = Expired
order-status-cancelled = Cancelled
order-status-refunded = Refunded
ticket-state-valid = Valid
ticket-state-used = Used
ticket-state-cancelled = Cancelled
tickets-none = No tickets.
timeline = History
cancel-order = Cancel order
cancel-order-text = The tickets become invalid and { $total } goes back to the buyer. This cannot be undone.
cancel-order-confirm = Yes, cancel the order

payments-waiting = Payments that need a look
payments-waiting-text = What the payment provider reports does not match what we asked for. The tickets stay reserved until you decide.
payments-none = No payment needs a look
payments-none-advice = Payments appear here when the provider reports something other than what was asked for.
payment-other-amount = The provider reports another amount than the one we asked for.
payment-other-currency = The provider reports another currency than the one we asked for.
payment-other-payment = The provider reports a payment that does not belong to this order.
payment-look = Look again
payment-refund = Give the money back
payment-refund-text = The buyer gets back exactly what was taken, and the tickets go back on sale. This cannot be undone.
payment-refund-confirm = Yes, give the money back

check-in-pick = Which event are you at?
check-in-none = No event today
check-in-none-advice = Events appear here on the day they take place.
check-in-other = Another event
door-ready = Ready. Scan or type a code.
door-code = Ticket code
door-submit = Check
door-gate = Gate
door-recent = Last scans
door-first-scan = First scanned { $at }

step-basics = Basics
step-tickets = Tickets
step-look = Look
step-publish = Publish
preview = Preview
preview-open = Open in a tab
save = Save
saving = Saving …
continue = Continue
optional = optional
form-title = Name of the event
form-summary = In one sentence
form-summary-hint = Shown under the name and in search results.
form-category = Category
form-starts = Begins
form-ends = Ends
form-doors = Doors open
form-zone = Time zone
form-venue = Venue
form-address = Street and number
form-place = Town
form-ticket-n = Ticket type { $n }
form-ticket-name = Name
form-price = Price ({ $currency })
form-price-hint = Buyers see prices with everything in them. What the shop adds is set under Taxes and fees.
form-price-paid = Buyers pay { $price }.
form-capacity = Quantity
form-more = More options
form-ticket-description = What it includes
form-min = At least per order
form-max = At most per order
form-opens = Sale opens
form-closes = Sale closes
form-hidden = Hide from buyers
form-remove = Remove this ticket type
form-shared-places = Shares its places with other tickets: { $pools }
form-sold-already = { $sold ->
    [one] One is sold already, so it cannot be removed.
   *[other] { $sold } are sold already, so it cannot be removed.
}
form-add-ticket = Add a ticket type
form-artwork = Artwork
form-artwork-n = Artwork { $n }
form-description = Description
form-description-hint = You can use Markdown: **bold**, lists with -, headings with #.
form-refund-policy = Refunds
form-refund-policy-hint = Shown before people buy.
publish-checklist = Before you go live
publish-summary = What goes live
publish-address = Address
publish-ready = Ready. You can change everything later.
publish-blocked = Something is missing. Fix the red points first.
publish-now = Publish now
recommended = recommended
fix = Fix

tenants-none = No tenants yet
tenant-status-active = Active
tenant-status-suspended = Suspended
tenant-facts = About
host-primary = primary
provision = New tenant
form-slug = Short name
form-slug-hint = Becomes the address: short-name.{ $domain }
form-owner-email = Email of the first owner
form-owner-password = Password of the first owner
form-theme = Theme
suspend = Suspend
suspend-text = The shop shows a closed page. The door and exports go on.
suspend-reason = Reason
suspend-confirm = Suspend now
resume = Resume

mailbox-text = Mails that would have been sent.
mailbox-empty = No mails yet
mail-subject = Subject
mail-to = To
mail-text = Plain text
mail-attachments = Attachments

failures = What could not be done
failures-text = It was tried several times and given up. Open the order to send its mail again.
failures-none = Nothing has failed
failure-mail = Mail with tickets
failure-refund = Refund
failure-payment = Payment step
failure-other = Background work
col-what = What
col-why = Why
col-tries = Tries
door-no-gate = No gate
door-here = this device
publish-live = This event is on sale. What you save is live at once: [[see its page]].

# Waiting lists.
waiting-list = Waiting list
waiting-list-figures = Figures
waiting-list-wanted = What they wait for
waiting-list-show-all = Show ended ones too
waiting-list-open-only = Only open ones
waiting-list-none = Nobody waits
waiting-list-none-advice = When tickets are sold out, visitors can join the list from the page of the event. Tickets that come back go to them first.
wait-entries = Entries
wait-places = Tickets
wait-place = No. { $position }
waiting-list-places = Tickets wanted
waiting-list-order = In the order of joining
wait-wish = Wants
wait-joined = Joined
wait-until = until { $at }
wait-remove = Remove
wait-remove-name = Remove { $name } from the list
wait-state-waiting = Waiting
wait-state-offered = Offered
wait-state-accepted = Bought
wait-state-declined = Given back
wait-state-lapsed = Lapsed
wait-state-left = Left
wait-state-closed = Closed
room = Waiting room
room-state-off = Off
room-state-ready = Opens by itself
room-state-before = People gather
room-state-open = Letting people in
room-state-paused = Paused
room-pause = Pause
room-resume = Go on
room-figures = What goes on in the waiting room
room-waiting = Waiting
room-admitted = Turn has come
room-entered = Entered
room-drawn = In the draw
room-joined-a-minute = Came in the last minute
room-settings = Settings
room-mode = Use
room-mode-off = Off
room-mode-off-hint = Everybody goes straight to the tickets.
room-mode-on = On
room-mode-on-hint = Everybody waits. Those who come before the opening are shuffled, later ones queue in the order of coming.
room-mode-auto = By itself
room-mode-auto-hint = It opens when buyers would wait too long, and closes when nobody comes any more.
room-opens = Opening
room-opens-hint = When the draw is and people are let in, in { $zone }. Empty: now. It stays as it is once the draw was made.
room-per-minute = People let in a minute
room-per-minute-hint = For all of the shop together. You may change it at any time.
room-pass-minutes = Minutes to choose tickets
room-pass-minutes-hint = 2 to 120. Whoever needs more time gets it, up to ten times.
room-auto-wait = Opens by itself from a wait of (seconds)
room-auto-wait-hint = 1 to 600. Counts for “By itself” only.
room-message = Message to those who wait
room-message-hint = Shown on the waiting page within seconds, as plain text.
room-draw = Draw
room-draw-verify = How anybody can verify it
room-commitment = Fingerprint of the seed (SHA-256)
room-seed = Seed
room-seed-later = Published at the draw
field-number-between = A number from { $min } to { $max }
flash-room-paused = The waiting room is paused.
flash-room-resumed = The waiting room lets people in again.

# Promo codes.
promos = Promo codes
promos-none = No promo codes yet. A code takes a share or an amount off each ticket, as often as you allow.
promo-discount = Takes off
promo-percent = { $percent } %
promo-tickets-all = All tickets
promo-used = Used
promo-in-carts = In carts
promo-left = Left
promo-from = From { $at }
promo-until = Until { $at }
promo-span = { $from } – { $until }
promo-withdrawn = Withdrawn
promo-ended = Ended
promo-withdraw = Withdraw
promo-withdraw-code = Withdraw { $code }
promo-more = The latest { $count } codes are shown.
promo-add = Add a code
promo-code-hint = Letters and digits. Capitals make no difference.
promo-kind = Discount on each ticket
promo-kind-percent = Per cent
promo-kind-amount = Amount ({ $currency })
promo-kind-price = New price ({ $currency })
promo-price = costs { $price }
promo-value = Value
promo-uses = Uses
promo-uses-hint = One cart or order is one use.
promo-types = For these tickets
promo-types-hint = None chosen: for all of them.
promo-starts = Valid from
promo-ends = Valid until
promo-zone-hint = Time of the event ({ $zone }).
flash-promo-added = The code can be used now.
flash-promo-withdrawn = The code was withdrawn. Carts and orders that have it keep it.
field-promo-code-invalid = 2 to 40 letters, digits, hyphens or full stops.
field-promo-code-taken = The event has this code already.
field-promo-too-many = An event may have 1,000 codes at most.
field-promo-percent-invalid = A percentage from 0.01 to 100.
