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
todo-awaiting-funds = { $count ->
    [one] Én ordre venter på pengene
   *[other] { $count } ordrer venter på pengene
}
todo-failed-jobs = { $count ->
    [one] Én e-post eller betaling mislyktes for godt
   *[other] { $count } e-poster eller betalinger mislyktes for godt
}
todo-payments-waiting = { $count ->
    [one] Én betaling må ses på
   *[other] { $count } betalinger må ses på
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

sections = Seksjoner
section-home = Hjem
section-events = Arrangementer
section-orders = Bestillinger
section-check_in = Innsjekking
section-tenants = Leietakere
section-mail = Postkasse
view-shop = Se butikken
view-page = Se siden
log-out = Logg ut
role-owner = Eier
role-operator = Operatør
tone-info = Merk
tone-positive = Bra
tone-caution = Følg med
tone-critical = Haster

login-title = Logg inn
login-password = Passord
login-submit = Logg inn

todo-title = Trenger deg nå
todo-none = Ingenting trenger deg akkurat nå.
sales = Salg
sales-today = Salg i dag
sales-days = Siste 30 dager
chart-now-today = I dag
chart-before-today = For en uke siden
chart-compared-today = mot { $before } på samme tid for en uke siden
chart-step-today = Time
chart-now-days = Siste 30 dager
chart-before-days = 30 dager før
chart-compared-days = mot { $before } de 30 dagene før
chart-step-days = Dag
chart-tickets = Billetter
chart-orders = Bestillinger
chart-table = Vis som tabell
upcoming = Kommer snart
upcoming-none = Ingen kommende arrangementer.
latest-orders = Siste bestillinger
all-events = Alle arrangementer
all-orders = Alle bestillinger

new-event = Nytt arrangement
edit = Rediger
publish = Publiser
events-search = Søk i arrangementer
events-none = Ingen arrangementer ennå
events-none-advice = Den første siden som selger, tar omtrent tre minutter.
any-state = Alle tilstander
list-nothing-advice = Prøv færre ord eller et annet filter.
list-older = Eldre
event-status-draft = Utkast
event-status-published = I salg
event-status-ended = Avsluttet
event-status-cancelled = Avlyst

col-event = Arrangement
col-state = Tilstand
col-sold = Solgt
col-revenue = Omsetning
col-order = Bestilling
col-buyer = Kjøper
col-placed = Bestilt
col-type = Billettype
col-price = Pris
col-stock = Beholdning
col-name = Navn
col-host = Vert
col-created = Opprettet
in-carts = I handlekurver
admitted = Inne
hidden = Skjult
stock-alt = { $sold } solgt og { $held } i handlekurver av { $capacity }
tickets-count = { $count ->
    [one] Én billett
   *[other] { $count } billetter
}
attendees = Deltakere
attendees-search = Søk etter navn eller e-post
attendees-none = Ingen ennå
attendees-none-advice = Folk dukker opp her så snart de har billett.
cancel-event = Avlys arrangementet
cancel-event-text = Salget stopper med en gang, og alle { $sold } billetter blir ugyldige. Dette kan ikke angres.
cancel-event-confirm = Ja, avlys arrangementet

orders-search = Søk etter kode, navn eller e-post
orders-none = Ingen bestillinger ennå
orders-none-advice = Bestillinger dukker opp her så snart noen kjøper.
order-lines = Hva som ble kjøpt
order-as-buyer = Slik kjøperen ser den
order-status-quoted = Påbegynt
order-status-awaiting_payment = Betaler
order-status-awaiting_funds = Venter på penger
order-status-paid = Betalt
order-status-payment_conflict = Betalingskonflikt
order-status-expired = Utløpt
order-status-cancelled = Kansellert
order-status-refunded = Refundert
ticket-state-valid = Gyldig
ticket-state-used = Brukt
ticket-state-cancelled = Kansellert
tickets-none = Ingen billetter.
timeline = Historikk
cancel-order = Kanseller bestillingen
cancel-order-text = Billettene blir ugyldige, og { $total } går tilbake til kjøperen. Dette kan ikke angres.
cancel-order-confirm = Ja, kanseller bestillingen

payments-waiting = Betalinger som må ses på
payments-waiting-text = Det betalingsleverandøren melder, stemmer ikke med det vi ba om. Billettene er reservert til du bestemmer deg.
payments-none = Ingen betalinger må ses på
payments-none-advice = Betalinger dukker opp her når leverandøren melder noe annet enn det vi ba om.
payment-other-amount = Leverandøren melder et annet beløp enn det vi ba om.
payment-other-currency = Leverandøren melder en annen valuta enn den vi ba om.
payment-other-payment = Leverandøren melder en betaling som ikke hører til denne bestillingen.
payment-look = Se på nytt
payment-refund = Gi pengene tilbake
payment-refund-text = Kjøperen får tilbake nøyaktig det som ble trukket, og billettene kommer i salg igjen. Dette kan ikke angres.
payment-refund-confirm = Ja, gi pengene tilbake

check-in-pick = Hvilket arrangement er du på?
check-in-none = Ingen arrangementer i dag
check-in-none-advice = Arrangementer dukker opp her den dagen de finner sted.
check-in-other = Et annet arrangement
door-ready = Klar. Skann eller skriv en kode.
door-code = Billettkode
door-submit = Sjekk
door-gate = Inngang
door-recent = Siste skanninger
door-first-scan = Først skannet { $at }

step-basics = Grunnlag
step-tickets = Billetter
step-look = Utseende
step-publish = Publiser
preview = Forhåndsvisning
preview-open = Åpne i en fane
save = Lagre
saving = Lagrer …
continue = Fortsett
optional = valgfritt
form-title = Navn på arrangementet
form-summary = Med én setning
form-summary-hint = Vises under navnet og i søkeresultater.
form-category = Kategori
form-starts = Begynner
form-ends = Slutter
form-doors = Dørene åpner
form-zone = Tidssone
form-venue = Sted
form-address = Gate og nummer
form-place = By
form-ticket-n = Billettype { $n }
form-ticket-name = Navn
form-price = Pris ({ $currency })
form-price-hint = Kjøperne ser priser med alt inkludert. Det som butikken legger til, velges under Avgifter og gebyrer.
form-price-paid = Kjøperne betaler { $price }.
form-capacity = Antall
form-more = Flere valg
form-ticket-description = Hva den inkluderer
form-min = Minst per bestilling
form-max = Høyst per bestilling
form-opens = Salget åpner
form-closes = Salget stenger
form-hidden = Skjul for kjøpere
form-remove = Fjern denne billettypen
form-shared-places = Deler plassene med andre billetter: { $pools }
form-sold-already = { $sold ->
    [one] Én er allerede solgt, så den kan ikke fjernes.
   *[other] { $sold } er allerede solgt, så den kan ikke fjernes.
}
form-add-ticket = Legg til en billettype
form-artwork = Bilde
form-artwork-n = Bilde { $n }
form-description = Beskrivelse
form-description-hint = Du kan bruke Markdown: **fet**, lister med -, overskrifter med #.
form-refund-policy = Refusjon
form-refund-policy-hint = Vises før folk kjøper.
publish-checklist = Før du går ut
publish-summary = Det som publiseres
publish-address = Adresse
publish-ready = Klart. Du kan endre alt senere.
publish-blocked = Noe mangler. Rett de røde punktene først.
publish-now = Publiser nå
recommended = anbefalt
fix = Rett

tenants-none = Ingen leietakere ennå
tenant-status-active = Aktiv
tenant-status-suspended = Stengt
tenant-facts = Om
host-primary = primær
provision = Ny leietaker
form-slug = Kortnavn
form-slug-hint = Blir adressen: kortnavn.{ $domain }
form-owner-email = E-post til første eier
form-owner-password = Passord til første eier
form-theme = Tema
suspend = Steng
suspend-text = Butikken viser en lukket side. Døren og eksport fortsetter.
suspend-reason = Grunn
suspend-confirm = Steng nå
resume = Åpne igjen

mailbox-text = E-poster som ville blitt sendt.
mailbox-empty = Ingen e-poster ennå
mail-subject = Emne
mail-to = Til
mail-text = Ren tekst
mail-attachments = Vedlegg

failures = Dette gikk ikke
failures-text = Det ble prøvd flere ganger og gitt opp. Åpne ordren for å sende e-posten på nytt.
failures-none = Ingenting har gått galt
failure-mail = E-post med billetter
failure-refund = Tilbakebetaling
failure-payment = Betalingssteg
failure-other = Bakgrunnsarbeid
col-what = Hva
col-why = Hvorfor
col-tries = Forsøk
door-no-gate = Uten port
door-here = denne enheten
publish-live = Arrangementet er i salg. Det du lagrer, vises med en gang: [[se siden]].

# Ventelister.
waiting-list = Venteliste
waiting-list-figures = Tall
waiting-list-wanted = Hva de venter på
waiting-list-show-all = Vis også avsluttede
waiting-list-open-only = Bare åpne
waiting-list-none = Ingen venter
waiting-list-none-advice = Når billettene er utsolgt, kan besøkende sette seg på listen fra arrangementets side. Billetter som kommer tilbake, går først til dem.
wait-entries = Oppføringer
wait-places = Billetter
wait-place = Nr. { $position }
waiting-list-places = Ønskede billetter
waiting-list-order = I den rekkefølgen de meldte seg
wait-wish = Ønsker
wait-joined = Meldt seg
wait-until = til { $at }
wait-remove = Fjern
wait-remove-name = Fjern { $name } fra listen
wait-state-waiting = Venter
wait-state-offered = Har tilbud
wait-state-accepted = Kjøpt
wait-state-declined = Gitt tilbake
wait-state-lapsed = Utløpt
wait-state-left = Meldt seg av
wait-state-closed = Stengt
room = Venterom
room-state-off = Av
room-state-ready = Åpner av seg selv
room-state-before = Folk samles
room-state-open = Slipper inn folk
room-state-paused = Pause
room-pause = Ta pause
room-resume = Fortsett
room-figures = Det som skjer i venterommet
room-waiting = Venter
room-admitted = Har fått tur
room-entered = Har gått inn
room-drawn = Med i trekningen
room-joined-a-minute = Kom det siste minuttet
room-settings = Innstillinger
room-mode = Bruk
room-mode-off = Av
room-mode-off-hint = Alle går rett til billettene.
room-mode-on = På
room-mode-on-hint = Alle venter. De som kommer før åpningen, stokkes; de som kommer senere, står i kø i den rekkefølgen de kom.
room-mode-auto = Av seg selv
room-mode-auto-hint = Det åpner når kjøpere ville ventet for lenge, og lukker når ingen kommer lenger.
room-opens = Åpning
room-opens-hint = Når trekningen skjer og folk slippes inn, i { $zone }. Tom: nå. Den endres ikke etter at trekningen er gjort.
room-per-minute = Personer som slippes inn per minutt
room-per-minute-hint = For hele butikken samlet. Du kan endre det når som helst.
room-pass-minutes = Minutter til å velge billetter
room-pass-minutes-hint = 2 til 120. Den som trenger mer tid, får det, opptil ti ganger.
room-auto-wait = Åpner av seg selv fra en ventetid på (sekunder)
room-auto-wait-hint = 1 til 600. Gjelder bare «Av seg selv».
room-message = Melding til dem som venter
room-message-hint = Vises på ventesiden i løpet av sekunder, som ren tekst.
room-draw = Trekning
room-draw-verify = Slik kan hvem som helst kontrollere den
room-commitment = Fingeravtrykk av tallet (SHA-256)
room-seed = Tallet som avgjør
room-seed-later = Vises ved trekningen
field-number-between = Et tall fra { $min } til { $max }
flash-room-paused = Venterommet har pause.
flash-room-resumed = Venterommet slipper inn folk igjen.

# Kampanjekoder.
promos = Kampanjekoder
promos-none = Ingen kampanjekoder ennå. En kode trekker en andel eller et beløp fra hver billett, så ofte du tillater.
promo-discount = Trekker fra
promo-percent = { $percent } %
promo-tickets-all = Alle billetter
promo-used = Brukt
promo-in-carts = I handlekurver
promo-left = Igjen
promo-from = Fra { $at }
promo-until = Til { $at }
promo-span = { $from } – { $until }
promo-withdrawn = Trukket tilbake
promo-ended = Utløpt
promo-withdraw = Trekk tilbake
promo-withdraw-code = Trekk tilbake { $code }
promo-more = De siste { $count } kodene vises.
promo-add = Legg til en kode
promo-code-hint = Bokstaver og tall. Store og små bokstaver er det samme.
promo-kind = Rabatt på hver billett
promo-kind-percent = Prosent
promo-kind-amount = Beløp ({ $currency })
promo-kind-price = Ny pris ({ $currency })
promo-price = koster { $price }
promo-value = Verdi
promo-uses = Antall ganger
promo-uses-hint = Én handlekurv eller bestilling er én gang.
promo-types = For disse billettene
promo-types-hint = Ingen valgt: for alle.
promo-starts = Gyldig fra
promo-ends = Gyldig til
promo-zone-hint = Arrangementets tid ({ $zone }).
flash-promo-added = Koden kan brukes nå.
flash-promo-withdrawn = Koden er trukket tilbake. Handlekurver og bestillinger som har den, beholder den.
field-promo-code-invalid = 2 til 40 bokstaver, tall, bindestreker eller punktum.
field-promo-code-taken = Arrangementet har allerede denne koden.
field-promo-too-many = Et arrangement kan ha høyst 1 000 koder.
field-promo-percent-invalid = En prosent fra 0,01 til 100.
