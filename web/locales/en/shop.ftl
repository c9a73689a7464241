# Storefront, checkout, order: what buyers read.

skip-to-content = Skip to content
language = Language
footer-legal = Legal
total = Total
copied = Copied
share = Share
list-more = Show more

legal-terms = Terms
legal-privacy = Privacy
legal-imprint = Imprint
legal-accessibility = Accessibility
legal-updated = Last changed { $date }

home-title = What’s on
home-more = More events
home-found = Found
home-get-tickets = Get tickets
home-see-event = See the event
home-nothing-found = Nothing matches
home-nothing-found-advice = Try fewer words, another time or another place.
home-show-all = Show all events
home-empty = Nothing on sale right now
home-empty-advice = New events appear here as soon as they are announced.

search-label = Search events
search-placeholder = Search by name, artist or venue
search-category = Category
search-all-categories = All categories
search-when = When
search-any-time = Any time
search-when-week = Next 7 days
search-when-weekend = This weekend
search-when-month = This month
search-place = Place
search-all-places = All places
search-clear = Clear
search-submit = Search

price-free = Free
price-from = From { $price }

state-sold-out = Sold out
state-few-left = Few left
state-cancelled = Cancelled
state-over = Sale ended
state-not-yet = On sale { $at }

event-preview = This is a preview. Only you and your team can see it.
event-doors = doors { $time }
event-zone = Local time ({ $zone })
event-add-to-calendar = Add to calendar
event-organizer = Organized by { $name }
event-about = About
event-refunds = Refunds
event-fees = What the price includes
event-fees-text = The price you see is the price you pay. Taxes and all fees are part of it; nothing is added at the end.
event-fees-included = Taxes and fees included.
event-tickets = Tickets
event-choose = Choose tickets
event-buy = Continue
event-confirm-choice = Check your tickets, then continue once more.
event-cancelled-note = This event was cancelled. If you have a ticket, please ask the organizer about your money.
event-over-note = Ticket sales have ended.
event-sold-out-note = All tickets are sold.
event-not-yet-note = Tickets go on sale { $at }.

stepper-less = One fewer: { $name }
stepper-more = One more: { $name }
tickets-left = { $left ->
    [one] Last one
   *[other] Only { $left } left
}
tickets-all-in-carts = All in other carts. Some usually come back.
tickets-min = At least { $min } per order.
tickets-sale-ends = Sale ends { $at }.

summary-title = Your tickets

hold-kept = Kept for you
hold-extend = Need more time?
hold-voice = { $minutes ->
    [one] One minute
   *[other] { $minutes } minutes
} left to complete your order.

checkout-steps = Steps
checkout-step-details = Details
checkout-step-pay = Payment
checkout-details-title = Your details
checkout-email = Email
checkout-email-hint = Your tickets are sent here. No account needed.
checkout-email-typo = Did you mean { $email }?
checkout-email-take = Use this address
checkout-email-keep = If yours is right as it stands, simply continue.
checkout-name = Full name
checkout-continue = Continue to payment
checkout-privacy = How we handle your data: [[privacy notice]].
checkout-abandon = Give these tickets back
checkout-pay-title = Payment
checkout-free-title = Almost there
checkout-change = Change
checkout-method = How would you like to pay?
checkout-pay = Pay { $total }
checkout-get = Get tickets
checkout-terms = By ordering you agree to the [[terms]].
checkout-decline-advice = Nothing was charged. Your tickets are still kept for you.

expired-title = Tickets no longer kept
expired-time = Your time ran out, so the tickets went back
expired-abandoned = You gave the tickets back
expired-event-cancelled = This event was cancelled
expired-unknown = We can’t find this cart
expired-advice = Nothing was charged. You can choose again at any time.
expired-again = Back to { $event }

method-sandbox = Test payment
method-sandbox-hint = You continue on a test page. No money moves.

decline-card = Your bank declined the payment.
decline-challenge = The bank could not confirm that it was you.
decline-timeout = The bank did not answer in time.
decline-cancelled = You went back without paying.
decline-unknown = The payment did not go through.
decline-funds = There is not enough money on the card, or its limit is reached.
decline-expired = The card has expired.
decline-details = A detail of the card is not right. Check the number, the date and the security code.
decline-form = The payment form was open for too long. Enter the card once more.

# Stripe’s form on the pay page.
checkout-form-loading = The payment form is loading …
checkout-form-failed = The payment form could not be loaded. Check your connection and load the page again.
checkout-form-odd = Something in the payment form is missing or not right.
checkout-form-script = To pay here your browser needs JavaScript: your card’s details go from your browser straight to the payment provider, and never through this shop.
checkout-form-script-help = If you cannot turn it on, write to { $email }. Your tickets stay in your cart until its time is over.
checkout-form-direct = Your card’s details go straight to the payment provider, Stripe.
checkout-forward-title = On to your bank
checkout-forward-text = Your bank wants to make sure that it is you. You come back here afterwards.
checkout-forward-link = Go to the bank’s page

order-title = Order { $code }
order-placed = Placed { $at } by { $name }
order-head-paid = You’re in
order-head-awaiting = Waiting for your bank
order-head-action_needed = One more step
order-head-pay_now = Your payment has not started
order-head-unreachable = We could not start your payment
order-head-failed = The payment failed
order-head-conflict = Your money is on its way back
order-head-expired = This order has expired
order-head-exhausted = The payment did not go through
order-head-cancelled = This order was cancelled
order-head-refunded = Your money was returned
order-text-paid = We sent your tickets to { $email }. You can also show them straight from this page.
order-text-awaiting = Your tickets are reserved. This page updates by itself, and we email you as soon as the payment is confirmed.
order-text-action_needed = Your bank wants you to confirm the payment. Your tickets are reserved meanwhile.
order-text-pay_now = Something interrupted it before any money moved. Nothing was charged, and your tickets are kept for a few more minutes.
order-text-unreachable = The payment service does not answer right now. Nothing was charged, and your tickets are kept for a few more minutes. Please try again.
order-text-conflict = Your payment arrived after the tickets were gone. We are returning the full amount; you don’t have to do anything.
order-text-expired = Nobody paid in time, so the tickets went back. Nothing was charged.
order-text-exhausted = Five attempts failed, so the tickets went back on sale. Nothing was charged. You can choose tickets again and pay another way.
order-text-cancelled = The tickets are no longer valid.
order-text-refunded = { $amount } went back to the way you paid. Banks need a few days to show it.
order-act = Confirm payment
order-retry = Try again
order-again = Choose tickets again
order-refresh = Check again
order-print = Print
order-resend = Email again
order-help = Questions? [[Write to us]] and mention { $code }.

ticket-label = Ticket { $number }: { $type }
ticket-qr-alt = QR code of ticket { $number }
ticket-void = Not valid
ticket-when = When
ticket-where = Where
ticket-holder = For
ticket-anyone = Bearer
ticket-number = Ticket
ticket-used = Scanned { $at }

print-title = Tickets of order { $code }
print-back = Back to the order
print-hint = One ticket per page. You don’t have to print: a phone will do.
print-rules = Admits one person once. The first scan counts, so keep this code to yourself.

closed-title = We’re closed for now
closed-text = Ticket sales are paused. Tickets that were already bought remain valid.
closed-write = Ask us

not-found-title = There is nothing here
not-found-text = The address may be mistyped, or the page has moved on.
not-found-home = To the start page

error-page-server = Something broke on our side
error-page-server-advice = Nothing was lost. Please try again in a moment.
error-page-request = That didn’t work
error-page-request-advice = The page may be out of date. Go back, reload it and try again.
error-page-forbidden = You can’t do that here
error-page-forbidden-advice = Your session may have ended. Go back, reload the page and try again.
error-page-timeout = That took too long
error-page-timeout-advice = Please check your connection and try again. Nothing is charged twice.
error-page-too-large = That was too much at once
error-page-too-large-advice = Please send less and try again.
error-page-busy = Too many tries
error-page-busy-advice = Please wait a minute, then try again.
error-page-number = If you write to us, mention { $number }.

error-stock-gone = Some of these tickets were just taken. Please check your selection.
error-nothing-chosen = Choose at least one ticket.
error-only-left = { $left ->
    [0] None left
    [one] Only one left
   *[other] Only { $left } left
}
error-left-of-asked = { $left ->
    [one] Only one left, you asked for { $asked }. Send again to take it.
   *[other] Only { $left } left, you asked for { $asked }. Send again to take { $left }.
}
error-max-per-person = { $has ->
    [0] { $max ->
        [one] One person can have one of these tickets at most.
       *[other] One person can have { $max } of these tickets at most.
    }
   *[other] One person can have { $max } of these tickets at most, and this address has { $has } already.
}
error-all-in-carts = All in other carts right now. Some usually come back within minutes.
error-sold-out = Sold out
error-min-per-order = { $min ->
    [one] At least one per order
   *[other] At least { $min } per order
}
error-max-per-order = { $max ->
    [one] At most one per order
   *[other] At most { $max } per order
}
error-sale-not-open = Not on sale yet
error-sale-over = The sale has ended
error-event-cancelled = This event was cancelled
error-quantity-invalid = That is not a number of tickets
error-form-expired = This page was open for a long time. Please send it once more.

field-required = Please fill this in.
field-email-invalid = This doesn’t look like an email address. Example: ada@example.org
field-too-long = At most { $max } characters, please.
field-price-invalid = Write a price such as 1290 or 1290.50.
field-number-invalid = Write a whole number.
field-date-invalid = Write a date and time.
field-ends-before-start = The end is before the beginning.
field-doors-after-start = The doors open after the beginning.
field-zone-invalid = Choose a time zone from the list.
field-slug-invalid = Use small letters, digits and hyphens.
field-slug-taken = This short name is taken.
field-below-sold = { $sold ->
    [one] One is sold already.
   *[other] { $sold } are sold already.
}
field-capacity-zero = There must be at least one ticket.
field-choose-method = Choose how you want to pay.
field-password-short = Use at least 10 characters.

flash-hold-extended = You have more time now.
flash-mail-sent = Sent to { $email }.
flash-paid-already = This order is already paid.
flash-saved = Saved.
flash-published = Published. Your page is live.
flash-event-cancelled = The event was cancelled.
flash-order-cancelled = The order was cancelled.
flash-logged-out = You are logged out.
flash-tenant-provisioned = { $name } is ready.
flash-tenant-suspended = Suspended. The shop shows a closed page.
flash-tenant-resumed = Resumed. The shop is open.
flash-not-allowed = Your role does not allow this.
flash-too-late = It is too late for this.
flash-payment-fits = The payment matches now. The order has been updated.
flash-payment-still-odd = The payment still does not match. Nothing was changed.
flash-payment-no-answer = The payment provider cannot tell yet. Try again in a few minutes.
flash-payment-goes-back = The money is on its way back to the buyer.
flash-payment-ended = No money was taken. The payment has ended.
flash-payment-not-ours = This payment belongs to another order, so it was left alone. Ask the payment provider.

sandbox-title = Test payment
sandbox-note = This is a test page. No money moves.
sandbox-reference = Reference { $reference }
sandbox-pay = Pay
sandbox-challenge = Ask the bank first, then pay
sandbox-later = Pay later (by message)
sandbox-decline = Decline
sandbox-timeout = Never answer
sandbox-challenge-text = Your bank asks: is it really you?
sandbox-confirm = Yes, it’s me
sandbox-refuse = No
sandbox-settled = This payment is already settled.
sandbox-back = Back to the shop
sandbox-cancel = Cancel and go back

mail-subject-tickets = Your tickets for { $event }
mail-subject-resend = Your tickets for { $event } (sent again)
mail-hello = Hello { $name },
mail-lead = here { $count ->
    [one] is your ticket
   *[other] are your tickets
} for { $event }.
mail-lead-resend = you asked for your tickets for { $event } again. Here they are.
mail-open = Open your tickets
mail-show = Show the code at the door, on your phone or on paper.
mail-order = Order { $code }
mail-calendar = Add to calendar
mail-questions = Questions? Write to { $email }.
mail-private = Anyone with these codes can get in. Please keep this mail to yourself.
mail-ticket = Ticket { $number } · { $type }

# Waiting lists.
waitlist-join = Join the waiting list
waitlist-title = Waiting list
waitlist-lead = Tickets that come back go to this list first, in the order of joining. When it is your turn we email you and keep them for you.
waitlist-types = Which tickets? Any of the ones you choose will do.
waitlist-none-free = None free right now
waitlist-party = How many tickets?
waitlist-party-hint = You get them all at once, or none.
waitlist-fewer = Fewer would do too
waitlist-email-hint = We write to this address when it is your turn.
waitlist-free = Joining costs nothing, and you can leave at any time.
waitlist-nothing = There is nothing to wait for here: tickets can be bought, or their sale has ended.
waitlist-choose-type = Choose at least one kind of ticket.
waitlist-available = These tickets can be bought right now. You don’t have to wait.
waitlist-full = The waiting list is full.
waitlist-joined = Check your email
waitlist-joined-text = You are on the waiting list for { $event }.
waitlist-joined-mail = We have sent you a mail with your place in the list and a link to leave it.
waitlist-head-waiting = You are on the list
waitlist-head-offered = Your tickets are here
waitlist-head-accepted = You have your tickets
waitlist-head-declined = You gave the tickets back
waitlist-head-lapsed = Your offer has ended
waitlist-head-left = You are off the list
waitlist-head-closed = This list is closed
waitlist-position = Your place
waitlist-wish = You want
waitlist-or-fewer = or fewer
waitlist-until = Kept for you until
waitlist-text-waiting = We email you when tickets come back and it is your turn. You don’t have to do anything until then.
waitlist-text-offered = Continue to your details and payment. After the deadline the tickets go to the next in line.
waitlist-text-accepted = They are in your mailbox. Enjoy!
waitlist-text-closed = The event has ended or was cancelled, or its sale is over.
waitlist-text-ended = You can join again from the page of the event.
waitlist-take = Take the tickets
waitlist-decline = I don’t want them any more
waitlist-leave = Leave the list
flash-waitlist-left = You are off the list.
flash-waitlist-declined = Thank you. The tickets go to the next in line.
flash-waitlist-being-paid = A payment for these tickets is under way, so they cannot be given back right now.
flash-waitlist-removed = Taken off the list.
hold-kept-until = Kept for you until { $at }
mail-subject-waitlist-joined = You are on the waiting list: { $event }
mail-subject-waitlist-offer = Your tickets for { $event } are here
mail-wait-joined-lead = you are on the waiting list for { $event }.
mail-wait-joined-next = When tickets come back and it is your turn, we keep them for you and write to you. Each mail says how long you have.
mail-wait-see = See your place, or leave the list
mail-wait-not-you = You didn’t ask for this? Then follow the link and leave the list; nothing else happens.
mail-wait-offer-lead = { $count ->
    [one] a ticket for { $event } came back, and it is yours if you want it.
   *[other] { $count } tickets for { $event } came back, and they are yours if you want them.
}
mail-wait-offer-fewer = You asked for { $party }; these are all that are free.
mail-wait-offer-until = Kept for you until { $at }.
mail-wait-offer-after = After that they go to the next in line. Not interested any more?
mail-wait-decline = Give them back now
mail-wait-private = Anyone with these links can take the tickets. Please keep this mail to yourself.
mail-subject-waitlist-lapsed = Your offer for { $event } has passed
mail-wait-lapsed-lead = { $count ->
    [one] we kept a ticket for you, and the time to take it has passed. It goes to the next in line.
   *[other] we kept { $count } tickets for you, and the time to take them has passed. They go to the next in line.
}
mail-wait-lapsed-offer = Kept for you
mail-wait-lapsed-until = Until
mail-wait-lapsed-next = You are no longer on the waiting list. If you still want to come, join it again; your place is then at the end.
mail-wait-lapsed-join = Join the list again
mail-wait-lapsed-last = Changed your mind? Then there is nothing to do: we don’t write to you about this list any more.
queue-room = Waiting room
queue-title-join_before = Take part in the draw
queue-title-join = Join the queue
queue-title-before = You are in the draw
queue-title-drawing = The order is being drawn
queue-title-waiting = You are in the queue
queue-title-paused = The queue is paused
queue-title-turn = It is your turn
queue-title-pass = You are in
queue-title-sold_out = All tickets are sold
queue-title-over = Ticket sales have ended
queue-join-before-text = The sale opens { $at }. Everybody who is here by then gets a place at random, so it makes no difference when you come.
queue-join-text = Many people want these tickets. Take a place and we let you in when it is your turn.
queue-join = Take a place
queue-working = Taking your place. This takes a few seconds.
queue-before-unit = until the draw
queue-before-text = The sale opens { $at }. Your place is drawn at random then; coming earlier or reloading makes no difference.
queue-drawing-text = In a moment you see your place.
queue-ahead = ahead of you
queue-progress = How far you have come
queue-wait = Your turn comes in
queue-wait-short = less than a minute
queue-wait-minutes = about { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
queue-wait-hours = about { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
queue-wait-unknown = a while
queue-opens-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
queue-paused-text = Nobody is let in at the moment. You keep your place.
queue-turn-text = Go in and choose your tickets. Your place does not run out: take the time you need before you go in.
queue-enter = Go in
queue-pass-text = You can choose tickets for
queue-pass-left = { $count ->
    [one] { $count } more minute
   *[other] { $count } more minutes
}
queue-pass-more = If you need longer, you get more time.
queue-to-tickets = Choose tickets
queue-more-time = Give me more time
queue-sold_out-text = Now and then tickets come back. Have a look at the event’s page later.
queue-over-text = There is nothing to wait for any more.
queue-to-event = Back to the event
queue-kept = Your place is kept in this browser. You can close the page and come back.
queue-voice = {"{"}ahead{"}"} people are ahead of you. Your turn comes in {"{"}wait{"}"}.
queue-voice-opens = { $minutes ->
    [one] The draw is in one minute. You don’t have to do anything.
   *[other] The draw is in { $minutes } minutes. You don’t have to do anything.
}
queue-voice-left = Your time to choose tickets ends in a minute or two. If you need longer, ask for more time on this page.
queue-fair = How the order is decided
queue-fair-text = Before the opening we fix a secret number and publish its fingerprint. At the opening it shuffles everybody who is here, and we publish the number itself. So anybody can check that the draw was fair. Who comes later queues in the order of coming.
queue-commitment = Fingerprint of the secret number (SHA-256)
queue-seat = Your number in the order of coming
queue-seed = The secret number
queue-verify = Check the draw yourself
queue-event-note = Many people want these tickets, so we let them in one after the other. [[Go to the waiting room]]

# Seats
seat-label = { $section }, row { $row }, seat { $number }
ticket-seat = Seat
seats-title = Your seats
seats-together = Next to each other.
seats-apart = Not all seats are next to each other; these are the closest that were left.
event-seats-note = You get the best seats that are left, next to each other.
event-seats-keep-together = Only if we can sit next to each other
error-not-together = { $largest ->
    [0] No seats are left next to each other.
   *[other] { $largest } of { $wanted } seats are left next to each other. Choose { $largest }, or sit apart.
}
error-queue-spent = You have put tickets in a cart { $carts } times since you were let in, and more is not possible with one place in the queue. Queue again if you want more tickets.
flash-queue-has-cart = You already have these tickets in a cart. Finish here, or give them back to choose others.

# Promo codes.
promo-ask = Have a promo code?
promo-code = Promo code
promo-hint = The next step shows what it takes off, before you pay.
promo-line = Code { $code }
error-promo-unknown = There is no such code for this event. Please check how it is written.
error-promo-not-yet = This code is valid from { $at }.
error-promo-over = This code is no longer valid.
error-promo-not-for-tickets = This code takes nothing off the tickets you chose.
error-promo-used-up = This code has been used up. Remove it to continue at the full price.
error-promo-all-in-carts = All uses of this code are in other carts. Some usually come back: try again in a few minutes, or remove it to continue at the full price.

# What is in a price
charges-fee = incl. service fee
charges-tax = incl. VAT { $percent } %
