# Add-ons: ticket types that admit nobody.
add-on = Add-on
add-ons = Add-ons
add-on-named = { $name } (add-on)
add-ons-hint = For those who come along: only together with tickets, in the same order.
add-on-per-ticket = { $count ->
    [one] One for each ticket at most
   *[other] Up to { $count } for each ticket
}
add-on-no-entry = Shown where it is handed out; it does not let anybody in.
error-add-ons = Add-ons go together with tickets. Please look at your choice again.
error-add-on-alone = This is only sold together with a ticket. Choose a ticket as well.
error-add-on-many = { $most ->
    [one] With these tickets you can have one of it.
   *[other] With these tickets you can have { $most } of it.
}
field-per-admission = Type a number from 1 to 20.
field-kind-settled = The event is published, or the type has seats: it stays what it is.
field-orphans = { $count ->
    [one] One add-on would stand alone: its ticket goes back. Choose below what becomes of it.
   *[other] { $count } add-ons would stand alone: their tickets go back. Choose below what becomes of them.
}
form-add-on = This is an add-on, not a ticket
form-add-on-hint = Parking, cloakroom, a programme, a dinner: bought beside tickets of this event, never alone. It is redeemed and lets nobody in. This is settled when the event is published.
form-add-on-settled = Bought beside tickets. The event is published, so this stays.
form-admission-settled = Lets somebody in. To sell something beside it, add a row and mark that as an add-on.
form-per-admission = Most for each ticket
form-per-admission-hint = How many of an add-on somebody may buy for each ticket, 1 to 20.
return-add-ons = { $count ->
    [one] An add-on is only valid together with its ticket, so it goes back as well. Look at the sum, and confirm again.
   *[other] { $count } add-ons are only valid together with their tickets, so they go back as well. Look at the sums, and confirm again.
}
return-add-ons-which = Add-ons of these tickets
return-add-ons-take = Take them back as well
return-add-ons-leave = Leave them to the buyer
door-redeemed = Redeemed: { $name }
door-sale-add-on = { $most ->
    [0] An add-on is sold beside tickets only.
    [one] With these tickets one of the add-on can be sold.
   *[other] With these tickets { $most } of the add-on can be sold.
}
