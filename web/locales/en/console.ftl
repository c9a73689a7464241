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
