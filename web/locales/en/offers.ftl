# Prices that buyers name, donations, price offers: shop, mails, console.
error-price-between = Name a price between { $least } and { $most }.
error-price-set = The price of this ticket is set.
error-donation = Enter what you would like to give as an amount, or leave it empty.
open-price = Name your price
open-price-from = Name your price, from { $least }
open-price-field = Your price for one ticket of { $name }, in { $currency }
open-price-hint = Between { $least } and { $most }, everything included.
donation-title = Would you like to give something?
donation-field = Amount in { $currency }
donation-hint = For: { $cause }. It comes on top of your tickets, and only if you want.
donation-line = Donation
discount-line = Discount: { $names }
offers-title = Better together
offers-hint = Taken off by itself; your cart shows it before you pay.
offer-for = For { $types }
offer-percent = { $percent } % off each ticket from { $count ->
    [one] one ticket
   *[other] { $count } tickets
  } on
offer-amount = { $amount } off each ticket from { $count ->
    [one] one ticket
   *[other] { $count } tickets
  } on
offer-price = { $price } for each ticket from { $count ->
    [one] one ticket
   *[other] { $count } tickets
  } on
offer-size-for-paid = { $size } tickets for the price of { $paid }
offer-package = { $members } together for { $price }
offer-package-less = { $members } cost less together

offers = Prices and offers
offers-lead = What buyers decide themselves, and what is taken off without a code. It holds for carts made from now on; carts and orders keep what they have.
offers-open = Buyers name the price
offers-open-hint = The price of the type is suggested. Amounts are those of the list, without fees; from 0 on, tickets may be had for nothing. Nothing is taken off such a price.
offers-open-least = At least ({ $currency })
offers-open-most = At most ({ $currency })
offers-open-for = { $name }, in the list { $price }
offers-open-none = The event has no ticket types yet.
offers-donation = Donations
offers-donation-cause = What for?
offers-donation-hint = Buyers are asked for a gift beside their tickets. It has no fee and no tax, and goes back with the last ticket of an order. Leave it empty to ask nobody.
offers-list = Price offers
offers-none = Nothing is taken off by itself.
offers-withdraw = Withdraw
offers-withdraw-name = Withdraw { $name }
offers-withdrawn = Withdrawn
offers-ended = Over
offers-add = Add an offer
offers-name = Name
offers-name-hint = Buyers read it, such as "Four friends".
offers-kind = What it does
offers-kind-percent = A share off each ticket, from a number on
offers-kind-amount = An amount off each ticket, from a number on ({ $currency })
offers-kind-price = A price for each ticket, from a number on ({ $currency })
offers-kind-size = So many for the price of fewer
offers-kind-package = Several together for one price ({ $currency })
offers-value = Share, amount or price
offers-value-hint = Not needed for "so many for the price of fewer".
offers-count = From how many tickets on
offers-count-hint = For "so many for the price of fewer": how many are bought.
offers-paid = How many of them are paid
offers-paid-hint = Only for "so many for the price of fewer".
offers-types = Ticket types
offers-types-hint = For a price together: how many of each belong to it. Otherwise any number says that the type takes part; none means all.
offers-priority = Order
offers-priority-hint = The higher comes first. A ticket has one discount, and is in one group at most.
field-offer-rule = These numbers make no offer. Look at share, price and how many.
field-offer-too-many = An event may have 50 offers, withdrawn ones too.
field-bounds = The least must not be above the most, and the most must be above nothing.
field-has-tiers = This type has price tiers; its price is set.
flash-offer-added = The offer was added.
flash-offer-withdrawn = The offer was withdrawn.
