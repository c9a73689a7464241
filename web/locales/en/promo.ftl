# Promo codes that do more than a discount.
unlock-ask = Code for presale or members
unlock-show = Show tickets
unlock-hint = Some tickets are shown to those who have a code.
unlock-opened = Your code unlocked tickets in the list above.
error-promo-min-spend = This code needs tickets for { $least } or more, fees not counted.
error-promo-too-many = Five codes at most can be used together.
error-promo-per-person = { $max ->
    [one] This address has used the code already, which everybody can use once. Choose tickets again without it.
   *[other] This address has used the code { $has } times; everybody can use it { $max } times. Choose tickets again without it.
}
error-promo-guessed = Too many wrong codes came from your network. Please wait a quarter of an hour.
form-locked = Only with a promo code that unlocks it
locked = Locked
field-promo-too-short = A code that unlocks tickets has 8 letters or more. Leave the field empty to have one made.
field-promo-nothing = Choose a discount, or what the code does instead.
promo-code-made = Leave it empty to have one made that nobody guesses.
promo-kind-order = Amount off the order ({ $currency })
promo-kind-none = No discount
promo-does = What it does besides
promo-unlocks = Unlocks tickets that are locked
promo-fee-free = Frees buyers of the fees that are passed on
promo-rules = More rules
promo-rules-hint = Amounts are prices without fees.
promo-min-spend = Least to be bought ({ $currency })
promo-min-spend-hint = Of the tickets that it is for.
promo-per-person = Orders of one person
promo-per-person-hint = Told apart by mail address.
promo-budget = Budget ({ $currency })
promo-budget-hint = It takes no more off in all. Orders that are refunded whole give it back.
promo-group = Group for combining
promo-group-hint = 1 to 20. Codes of different groups can be used together; without a group it stands alone.
promo-priority = Priority
promo-priority-hint = Of codes that save the same, the highest is used.
promo-off-order = { $off } off the order
promo-none = No discount
promo-rule-unlocks = Unlocks tickets
promo-rule-no-lock = Unlocks tickets, but none of these is locked: lock it where tickets are edited
promo-rule-fee-free = No fees
promo-rule-min-spend = From { $least }
promo-rule-per-person = { $most ->
    [one] Once per person
   *[other] { $most } times per person
}
promo-rule-budget = { $left } of { $budget } left
promo-rule-group = Combines, group { $group }
promo-series = Number of codes
promo-series-hint = Makes so many codes of one use each, up to 5,000. They begin with the code above and go on by chance.
promo-series-size = { $size ->
    [one] one code
   *[other] { $size } codes
}
promo-series-csv = All codes (CSV)
flash-promo-series-added = The codes can be used now. Download them from the list.
field-promo-series = A series has 1 to 5,000 codes, which begin with 2 to 24 letters.
