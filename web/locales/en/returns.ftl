# Giving tickets back: shop, mails, console.
return-terms = Giving tickets back
return-term-withdrawal = { $days ->
    [one] Within one day of buying: everything back
   *[other] Within { $days } days of buying: everything back
  }
return-term-free = Until { $until }: everything back
return-term-share = Until { $until }: back but for { $share } % of the price
return-term-amount = Until { $until }: back but for { $amount } a ticket
return-term-both = Until { $until }: back but for { $share } % of the price and { $amount } a ticket
return-term-over = After that: nothing back
return-term-never = Nothing back, unless the law says otherwise
return-term-self = You do it yourself on the page of your order.
return-term-ask = Write to us, and we do it for you.
return-now-withdrawal = Until { $until } you can withdraw from the purchase: everything goes back.
return-open = Give tickets back
return-open-withdrawal = Withdraw from the purchase
return-title = Give tickets back
return-title-withdrawal = Withdraw from the purchase
return-lead = Choose the tickets. They become invalid at once and go back on sale, and the money goes back to the way you paid.
return-which = Which tickets?
return-paid = Paid { $price }
return-gets = back: { $refund }
return-confirm = Give back and get the money
return-confirm-withdrawal = Confirm the withdrawal
return-keep = No, keep my tickets
return-final = This cannot be undone. Banks need a few days to show the money.
return-choose = Choose at least one ticket.
return-changed = Something has changed meanwhile. Please look again.
order-refunded-part = Given back
flash-returned = Done. The money is on its way to you.
flash-return-too-late = These tickets cannot be given back any more.
mail-subject-return = Tickets given back: { $event }
mail-return-buyer = You gave tickets back. They do not admit any more.
mail-return-withdrawal = You withdrew from your purchase. This confirms that we received it; the tickets do not admit any more.
mail-return-staff = We took tickets of your order back. They do not admit any more.
mail-return-event = The event was called off, and we are sorry. Your tickets do not admit any more.
mail-return-order = Order
mail-return-at = Received
mail-return-kept = Kept by the terms
mail-return-back = Goes back to you
mail-return-banks = The money goes back to the way you paid. Banks need a few days to show it.
mail-return-left = { $count ->
    [one] Your other ticket stays valid.
   *[other] Your other { $count } tickets stay valid.
  }
mail-return-open = Open your order

return-policy = Returns
return-policy-lead = What it costs to give tickets back. Buyers read it before they pay; a change counts for orders that are made from then on.
return-policy-self = Buyers may give tickets back themselves
return-policy-self-hint = On the page of their order, at what the steps below say. Otherwise only your staff can.
return-policy-withdrawal = Days of withdrawal
return-policy-withdrawal-hint = So many days after buying everything goes back, whatever the steps say; 0 for none. Buyers can always do that themselves.
return-policy-steps = Steps
return-policy-steps-hint = From early to late. Leave rows empty that you do not need. After the last step nothing goes back.
return-step-days = Days before the event
return-step-percent = Keep, % of the price
return-step-amount = and per ticket, { $currency }
return-step-order = Each step must end nearer to the event than the one before, and not keep less.
return-policy-reads = What buyers read
return-policy-none = Nothing yet: buyers cannot give anything back themselves.
return-tickets = Take tickets back
return-tickets-text = The chosen tickets become invalid and go on sale again. What you do not keep goes back to the way the buyer paid.
return-tickets-which = Tickets
return-tickets-used = came in
return-tickets-keep = Keep of the price, in { $currency }
return-tickets-keep-hint = For all chosen tickets together; 0 gives everything back.
return-tickets-reason = Reason
return-tickets-confirm = Yes, take them back
returns-title = Money back
returns-line = { $tickets ->
    [one] One ticket
   *[other] { $tickets } tickets
  }
returns-kept = kept { $kept }
return-by-buyer = Given back by the buyer
return-by-withdrawal = Withdrawal by the buyer
return-by-staff = Taken back
return-by-event = The event was called off
refund-state-requested = Requested
refund-state-submitting = On its way
refund-state-pending = At the bank
refund-state-succeeded = Sent
refund-state-failed = Refused
field-keep-too-much = At most { $most }, the price of these tickets.
field-choose-ticket = Choose at least one ticket.
flash-tickets-taken-back = The tickets were taken back, and the money is on its way.
flash-refunds-begun = All buyers get their money back. Large events take some minutes.
cancel-event-refund = Give all buyers their money back
cancel-event-refund-hint = Otherwise you decide later, order by order or for all at once.
refund-event = Give all buyers their money back
refund-event-text = { $orders ->
    [one] One order is still paid.
   *[other] { $orders } orders are still paid.
  }
