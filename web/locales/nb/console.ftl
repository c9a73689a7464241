# Konsollene: det ansatte og operatører leser.

login-failed = E-post eller passord er feil.
login-throttled = For mange forsøk. Vent { $minutes ->
    [one] ett minutt
   *[other] { $minutes } minutter
} og prøv igjen.

todo-payment-conflicts = { $count ->
    [one] Én betaling kom etter at billettene var borte
   *[other] { $count } betalinger kom etter at billettene var borte
}
todo-almost-sold-out = { $event } er { $percent } % solgt
todo-drafts = { $count ->
    [one] Ett utkast venter på å bli publisert
   *[other] { $count } utkast venter på å bli publisert
}
todo-event-today = { $event } er i dag: innsjekkingen er klar
todo-no-events = Lag ditt første arrangement

timeline-placed = Bestilt
timeline-payment-started = Betaling startet
timeline-payment-failed = Betaling mislyktes
timeline-paid = Betalt
timeline-tickets-issued = Billetter utstedt
timeline-mailed = Billetter sendt på e-post
timeline-resent = Billetter sendt på nytt
timeline-checked-in = Sjekket inn
timeline-expired = Utløpt uten betaling
timeline-cancelled = Kansellert
timeline-refunded = Refundert
timeline-conflict = Betalt etter at billettene var borte

check-title = Det har en tittel
check-dates = Det begynner i fremtiden
check-venue = Det står hvor det er
check-tickets = Det finnes minst én billettype
check-capacity = Hver billettype har et antall
check-description = Det har en beskrivelse
check-refund-policy = Det står hvordan refusjon fungerer

door-admitted = Velkommen
door-already-used = Allerede skannet
door-unknown = Ikke en av våre billetter
door-other-event = Billett til et annet arrangement
door-cancelled = Billetten er kansellert
door-too-early = Innsjekkingen er ikke åpnet
door-not-readable = Koden kan ikke leses

history-provisioned = Opprettet
history-suspended = Stengt
history-resumed = Åpnet igjen
