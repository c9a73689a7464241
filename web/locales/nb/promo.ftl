# Rabattkoder som gjør mer enn å gi rabatt.
unlock-ask = Kode for forhåndssalg eller medlemmer
unlock-show = Vis billetter
unlock-hint = Noen billetter vises bare for dem som har en kode.
unlock-opened = Koden din låste opp billetter i listen over.
error-promo-min-spend = Koden gjelder når du kjøper billetter for { $least } eller mer, uten gebyrer.
error-promo-too-many = Høyst fem koder kan brukes sammen.
error-promo-per-person = { $max ->
    [one] Denne adressen har brukt koden, som hver person kan bruke én gang. Velg billetter på nytt uten den.
   *[other] Denne adressen har brukt koden { $has } ganger; hver person kan bruke den { $max } ganger. Velg billetter på nytt uten den.
}
error-promo-guessed = Det kom for mange feil koder fra nettverket ditt. Vent et kvarter.
form-locked = Bare med en rabattkode som låser opp
locked = Låst
field-promo-too-short = En kode som låser opp billetter har minst 8 tegn. La feltet stå tomt for å få laget en.
field-promo-nothing = Velg en rabatt, eller hva koden gjør i stedet.
promo-code-made = La feltet stå tomt for å få laget en som ingen gjetter.
promo-kind-order = Beløp av bestillingen ({ $currency })
promo-kind-none = Ingen rabatt
promo-does = Hva den gjør i tillegg
promo-unlocks = Låser opp billetter som er låst
promo-fee-free = Fritar kjøperen for gebyrer som legges på prisen
promo-rules = Flere regler
promo-rules-hint = Beløp er priser uten gebyrer.
promo-min-spend = Minste kjøp ({ $currency })
promo-min-spend-hint = Av billettene den gjelder for.
promo-per-person = Bestillinger per person
promo-per-person-hint = Personer skilles på e-postadressen.
promo-budget = Budsjett ({ $currency })
promo-budget-hint = Den trekker ikke fra mer enn dette til sammen. Bestillinger som refunderes helt, gir det tilbake.
promo-group = Gruppe for kombinasjon
promo-group-hint = 1 til 20. Koder i ulike grupper kan brukes sammen; uten gruppe står den alene.
promo-priority = Prioritet
promo-priority-hint = Av koder som sparer like mye, brukes den høyeste.
promo-off-order = { $off } av bestillingen
promo-none = Ingen rabatt
promo-rule-unlocks = Låser opp billetter
promo-rule-no-lock = Låser opp billetter, men ingen av disse er låst: lås den der billettene redigeres
promo-rule-fee-free = Uten gebyrer
promo-rule-min-spend = Fra { $least }
promo-rule-per-person = { $most ->
    [one] Én gang per person
   *[other] { $most } ganger per person
}
promo-rule-budget = { $left } av { $budget } igjen
promo-rule-group = Kan kombineres, gruppe { $group }
promo-series = Antall koder
promo-series-hint = Lager så mange koder som kan brukes én gang hver, inntil 5000. De begynner med koden over og fortsetter tilfeldig.
promo-series-size = { $size ->
    [one] én kode
   *[other] { $size } koder
}
promo-series-csv = Alle koder (CSV)
flash-promo-series-added = Kodene kan brukes nå. Last dem ned fra listen.
field-promo-series = En serie har 1 til 5000 koder, som begynner med 2 til 24 tegn.
