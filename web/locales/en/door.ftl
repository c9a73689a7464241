# Selling at the door, for cash.
door-sale = Sell at the door
door-sale-next = Continue to payment
door-sale-left = { $left } left
door-sale-none = Nothing to sell here
door-sale-none-advice = The event is not on sale, or it is over.
door-sale-collect = Collect
door-sale-until = The places are kept until { $at }.
door-sale-name = Name
door-sale-email = Email
door-sale-email-hint = The tickets are sent here; without one they go to { $email }, so that you can show or print them.
door-sale-let-in = Let them in at once
door-sale-received = { $total } received: sell
door-sale-give = Give the tickets
door-sale-abandon = Do not sell, give the places back
door-sale-too-few = { $left ->
    [0] Nothing is left of that.
    [one] Only one is left.
   *[other] Only { $left } are left.
}
door-sale-not-open = That is not on sale now.
door-sale-quantity = Choose from { $least } to { $most }.
door-sale-nothing = Choose at least one ticket.
door-sale-many = So many tickets cannot be sold at once.
order-at-door = Sold at the door
flash-door-sold = Sold. The tickets are on their way by email.
flash-door-sold-let-in = Sold, and let in.
flash-cash-handed-out = Noted: the cash was handed out.
cash-due = { $amount } to hand out in cash
cash-due-text = The buyer gets this back in cash. Confirm when the money has left the box.
cash-hand-out = { $amount } handed out
