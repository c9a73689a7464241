# Butikk, kasse, bestilling: det kjøpere leser.

skip-to-content = Hopp til innholdet
language = Språk
footer-legal = Juridisk
total = Totalt
copied = Kopiert
share = Del
list-more = Vis flere

legal-terms = Vilkår
legal-privacy = Personvern
legal-imprint = Om oss
legal-accessibility = Tilgjengelighet
legal-updated = Sist endret { $date }

home-title = Program
home-more = Flere arrangementer
home-found = Treff
home-get-tickets = Kjøp billetter
home-see-event = Se arrangementet
home-nothing-found = Ingen treff
home-nothing-found-advice = Prøv færre ord, et annet tidspunkt eller et annet sted.
home-show-all = Vis alle arrangementer
home-empty = Ingenting til salgs akkurat nå
home-empty-advice = Nye arrangementer dukker opp her så snart de er annonsert.

search-label = Søk i programmet
search-placeholder = Søk etter navn, artist eller sted
search-category = Kategori
search-all-categories = Alle kategorier
search-when = Når
search-any-time = Når som helst
search-when-week = Neste 7 dager
search-when-weekend = Denne helgen
search-when-month = Denne måneden
search-place = Sted
search-all-places = Alle steder
search-clear = Nullstill
search-submit = Søk

price-free = Gratis
price-from = Fra { $price }

state-sold-out = Utsolgt
state-few-left = Få igjen
state-cancelled = Avlyst
state-over = Salget er avsluttet
state-not-yet = I salg { $at }

event-preview = Dette er en forhåndsvisning. Bare du og teamet ditt ser den.
event-doors = dørene åpner { $time }
event-zone = Lokal tid ({ $zone })
event-add-to-calendar = Legg i kalenderen
event-organizer = Arrangør: { $name }
event-about = Om arrangementet
event-refunds = Refusjon
event-fees = Hva prisen inkluderer
event-fees-text = Prisen du ser er prisen du betaler. Avgifter og gebyrer er med; ingenting kommer i tillegg.
event-fees-included = Avgifter og gebyrer er inkludert.
event-tickets = Billetter
event-choose = Velg billetter
event-buy = Fortsett
event-confirm-choice = Se over billettene, og fortsett én gang til.
event-cancelled-note = Arrangementet er avlyst. Har du billett, spør arrangøren om pengene.
event-over-note = Billettsalget er avsluttet.
event-sold-out-note = Alle billetter er solgt.
event-not-yet-note = Billettene legges ut { $at }.

stepper-less = Én færre: { $name }
stepper-more = Én til: { $name }
tickets-left = { $left ->
    [one] Siste billett
   *[other] Bare { $left } igjen
}
tickets-all-in-carts = Alle ligger i andres handlekurver. Noen kommer som regel tilbake.
tickets-min = Minst { $min } per bestilling.
tickets-sale-ends = Salget slutter { $at }.

summary-title = Billettene dine

hold-kept = Holdes av til deg
hold-extend = Trenger du mer tid?
hold-voice = { $minutes ->
    [one] Ett minutt
   *[other] { $minutes } minutter
} igjen til å fullføre bestillingen.

checkout-steps = Trinn
checkout-step-details = Opplysninger
checkout-step-pay = Betaling
checkout-details-title = Dine opplysninger
checkout-email = E-post
checkout-email-hint = Billettene sendes hit. Du trenger ingen konto.
checkout-email-typo = Mente du { $email }?
checkout-email-take = Bruk denne adressen
checkout-email-keep = Er din riktig slik den står, er det bare å fortsette.
checkout-name = Fullt navn
checkout-continue = Videre til betaling
checkout-privacy = Slik behandler vi opplysningene dine: [[personvern]].
checkout-abandon = Gi billettene tilbake
checkout-pay-title = Betaling
checkout-free-title = Nesten i mål
checkout-change = Endre
checkout-method = Hvordan vil du betale?
checkout-pay = Betal { $total }
checkout-get = Hent billetter
checkout-terms = Når du bestiller, godtar du [[vilkårene]].
checkout-decline-advice = Ingenting er trukket. Billettene holdes fortsatt av til deg.

expired-title = Billettene holdes ikke lenger av
expired-time = Tiden gikk ut, og billettene gikk tilbake
expired-abandoned = Du ga billettene tilbake
expired-event-cancelled = Arrangementet er avlyst
expired-unknown = Vi finner ikke denne handlekurven
expired-advice = Ingenting er trukket. Du kan velge på nytt når som helst.
expired-again = Tilbake til { $event }

method-sandbox = Testbetaling
method-sandbox-hint = Du fortsetter på en testside. Ingen penger flyttes.

decline-card = Banken avviste betalingen.
decline-challenge = Banken kunne ikke bekrefte at det var deg.
decline-timeout = Banken svarte ikke i tide.
decline-cancelled = Du gikk tilbake uten å betale.
decline-unknown = Betalingen gikk ikke gjennom.
decline-funds = Det er ikke nok penger på kortet, eller grensen er nådd.
decline-expired = Kortet er utløpt.
decline-details = En opplysning om kortet stemmer ikke. Kontroller nummeret, datoen og sikkerhetskoden.
decline-form = Betalingsskjemaet sto åpent for lenge. Skriv inn kortet en gang til.

# Stripes skjema på betalingssiden.
checkout-form-loading = Betalingsskjemaet lastes …
checkout-form-failed = Betalingsskjemaet kunne ikke lastes. Kontroller forbindelsen og last siden på nytt.
checkout-form-odd = Noe i betalingsskjemaet mangler eller stemmer ikke.
checkout-form-script = For å betale her trenger nettleseren JavaScript: kortopplysningene går rett fra nettleseren til betalingsleverandøren, og aldri gjennom denne butikken.
checkout-form-script-help = Kan du ikke slå det på, skriv til { $email }. Billettene blir i handlekurven til tiden er ute.
checkout-form-direct = Kortopplysningene går rett til betalingsleverandøren, Stripe.
checkout-forward-title = Videre til banken
checkout-forward-text = Banken vil forsikre seg om at det er deg. Etterpå kommer du tilbake hit.
checkout-forward-link = Gå til bankens side

order-title = Bestilling { $code }
order-placed = Bestilt { $at } av { $name }
order-head-paid = Da er alt klart
order-head-awaiting = Venter på banken
order-head-action_needed = Ett steg til
order-head-pay_now = Betalingen har ikke startet
order-head-unreachable = Vi fikk ikke startet betalingen
order-head-failed = Betalingen mislyktes
order-head-conflict = Pengene er på vei tilbake
order-head-expired = Bestillingen er utløpt
order-head-exhausted = Betalingen gikk ikke gjennom
order-head-cancelled = Bestillingen er kansellert
order-head-refunded = Pengene er tilbakebetalt
order-text-paid = Vi har sendt billettene til { $email }. Du kan også vise dem rett fra denne siden.
order-text-awaiting = Billettene er reservert. Siden oppdaterer seg selv, og vi sender e-post så snart betalingen er bekreftet.
order-text-action_needed = Banken vil at du bekrefter betalingen. Billettene er reservert imens.
order-text-pay_now = Noe avbrøt den før penger ble flyttet. Ingenting er trukket, og billettene holdes av til deg noen minutter til.
order-text-unreachable = Betalingstjenesten svarer ikke akkurat nå. Ingenting er trukket, og billettene holdes av til deg noen minutter til. Prøv igjen.
order-text-conflict = Betalingen kom etter at billettene var borte. Vi betaler tilbake hele beløpet; du trenger ikke å gjøre noe.
order-text-expired = Ingen betalte i tide, så billettene gikk tilbake. Ingenting er trukket.
order-text-exhausted = Fem forsøk mislyktes, så billettene gikk tilbake i salg. Ingenting er trukket. Du kan velge billetter på nytt og betale på en annen måte.
order-text-cancelled = Billettene er ikke lenger gyldige.
order-text-refunded = { $amount } er betalt tilbake slik du betalte. Banken bruker noen dager på å vise det.
order-act = Bekreft betalingen
order-retry = Prøv igjen
order-again = Velg billetter på nytt
order-refresh = Sjekk igjen
order-print = Skriv ut
order-resend = Send på nytt
order-help = Spørsmål? [[Skriv til oss]] og oppgi { $code }.

ticket-label = Billett { $number }: { $type }
ticket-qr-alt = QR-kode for billett { $number }
ticket-void = Ikke gyldig
ticket-when = Når
ticket-where = Hvor
ticket-holder = Til
ticket-anyone = Ihendehaver
ticket-number = Billett
ticket-used = Skannet { $at }

print-title = Billetter i bestilling { $code }
print-back = Tilbake til bestillingen
print-hint = Én billett per side. Du trenger ikke å skrive ut: telefonen holder.
print-rules = Gjelder én person én gang. Den første skanningen teller, så hold koden for deg selv.

closed-title = Vi har stengt for øyeblikket
closed-text = Billettsalget er satt på pause. Billetter som allerede er kjøpt, er fortsatt gyldige.
closed-write = Spør oss

not-found-title = Her er det ingenting
not-found-text = Adressen kan være skrevet feil, eller siden er flyttet.
not-found-home = Til forsiden

error-page-server = Noe gikk galt hos oss
error-page-server-advice = Ingenting er gått tapt. Prøv igjen om et øyeblikk.
error-page-request = Det gikk ikke
error-page-request-advice = Siden kan være utdatert. Gå tilbake, last den på nytt og prøv igjen.
error-page-forbidden = Det kan du ikke gjøre her
error-page-forbidden-advice = Økten kan være avsluttet. Gå tilbake, last siden på nytt og prøv igjen.
error-page-timeout = Det tok for lang tid
error-page-timeout-advice = Sjekk forbindelsen og prøv igjen. Ingenting trekkes to ganger.
error-page-too-large = Det ble for mye på én gang
error-page-too-large-advice = Send mindre og prøv igjen.
error-page-busy = For mange forsøk
error-page-busy-advice = Vent et minutt og prøv igjen.
error-page-number = Oppgi { $number } hvis du skriver til oss.

error-stock-gone = Noen av billettene ble nettopp tatt. Sjekk utvalget ditt.
error-nothing-chosen = Velg minst én billett.
error-only-left = { $left ->
    [0] Ingen igjen
    [one] Bare én igjen
   *[other] Bare { $left } igjen
}
error-left-of-asked = { $left ->
    [one] Bare én igjen, du ba om { $asked }. Send på nytt for å ta den.
   *[other] Bare { $left } igjen, du ba om { $asked }. Send på nytt for å ta { $left }.
}
error-max-per-person = { $has ->
    [0] { $max ->
        [one] Én person kan ha høyst én av disse billettene.
       *[other] Én person kan ha høyst { $max } av disse billettene.
    }
   *[other] Én person kan ha høyst { $max } av disse billettene, og denne adressen har allerede { $has }.
}
error-all-in-carts = Alle ligger i andres handlekurver nå. Noen kommer som regel tilbake i løpet av minutter.
error-sold-out = Utsolgt
error-min-per-order = { $min ->
    [one] Minst én per bestilling
   *[other] Minst { $min } per bestilling
}
error-max-per-order = { $max ->
    [one] Høyst én per bestilling
   *[other] Høyst { $max } per bestilling
}
error-sale-not-open = Ikke i salg ennå
error-sale-over = Salget er avsluttet
error-event-cancelled = Arrangementet er avlyst
error-quantity-invalid = Det er ikke et antall billetter
error-form-expired = Siden har vært åpen lenge. Send den en gang til.

field-required = Fyll ut dette feltet.
field-email-invalid = Dette ligner ikke en e-postadresse. Eksempel: ada@example.org
field-too-long = Høyst { $max } tegn.
field-price-invalid = Skriv en pris, for eksempel 1290 eller 1290,50.
field-number-invalid = Skriv et helt tall.
field-date-invalid = Skriv dato og klokkeslett.
field-ends-before-start = Slutten er før begynnelsen.
field-doors-after-start = Dørene åpner etter at det begynner.
field-zone-invalid = Velg en tidssone fra listen.
field-slug-invalid = Bruk små bokstaver, tall og bindestrek.
field-slug-taken = Kortnavnet er opptatt.
field-below-sold = { $sold ->
    [one] Én er allerede solgt.
   *[other] { $sold } er allerede solgt.
}
field-capacity-zero = Det må finnes minst én billett.
field-choose-method = Velg hvordan du vil betale.
field-password-short = Bruk minst 10 tegn.

flash-hold-extended = Du har fått mer tid.
flash-mail-sent = Sendt til { $email }.
flash-paid-already = Bestillingen er allerede betalt.
flash-saved = Lagret.
flash-published = Publisert. Siden er ute.
flash-event-cancelled = Arrangementet er avlyst.
flash-order-cancelled = Bestillingen er kansellert.
flash-logged-out = Du er logget ut.
flash-tenant-provisioned = { $name } er klar.
flash-tenant-suspended = Stengt. Butikken viser en lukket side.
flash-tenant-resumed = Åpnet igjen.
flash-not-allowed = Rollen din tillater ikke dette.
flash-too-late = Det er for sent.
flash-payment-fits = Betalingen stemmer nå. Bestillingen er oppdatert.
flash-payment-still-odd = Betalingen stemmer fortsatt ikke. Ingenting ble endret.
flash-payment-no-answer = Betalingsleverandøren kan ikke svare ennå. Prøv igjen om noen minutter.
flash-payment-goes-back = Pengene er på vei tilbake til kjøperen.
flash-payment-ended = Ingen penger ble trukket. Betalingen er avsluttet.
flash-payment-not-ours = Denne betalingen hører til en annen bestilling og ble ikke rørt. Spør betalingsleverandøren.

sandbox-title = Testbetaling
sandbox-note = Dette er en testside. Ingen penger flyttes.
sandbox-reference = Referanse { $reference }
sandbox-pay = Betal
sandbox-challenge = Spør banken først, betal så
sandbox-later = Betal senere (med melding)
sandbox-decline = Avvis
sandbox-timeout = Svar aldri
sandbox-challenge-text = Banken spør: er det virkelig deg?
sandbox-confirm = Ja, det er meg
sandbox-refuse = Nei
sandbox-settled = Betalingen er allerede avgjort.
sandbox-back = Tilbake til butikken
sandbox-cancel = Avbryt og gå tilbake

mail-subject-tickets = Billettene dine til { $event }
mail-subject-resend = Billettene dine til { $event } (sendt på nytt)
mail-hello = Hei { $name },
mail-lead = her er { $count ->
    [one] billetten din
   *[other] billettene dine
} til { $event }.
mail-lead-resend = du ba om billettene til { $event } på nytt. Her er de.
mail-open = Åpne billettene
mail-show = Vis koden i døren, på telefonen eller på papir.
mail-order = Bestilling { $code }
mail-calendar = Legg i kalenderen
mail-questions = Spørsmål? Skriv til { $email }.
mail-private = Alle som har kodene, kan slippe inn. Hold denne e-posten for deg selv.
mail-ticket = Billett { $number } · { $type }

# Ventelister.
waitlist-join = Sett deg på venteliste
waitlist-title = Venteliste
waitlist-lead = Billetter som kommer tilbake, går først til denne listen, i den rekkefølgen folk har meldt seg. Når det er din tur, skriver vi til deg og holder av billettene.
waitlist-types = Hvilke billetter? Hvilken som helst av dem du velger, er god nok.
waitlist-none-free = Ingen ledige akkurat nå
waitlist-party = Hvor mange billetter?
waitlist-party-hint = Du får alle på én gang, eller ingen.
waitlist-fewer = Færre er også greit
waitlist-email-hint = Vi skriver til denne adressen når det er din tur.
waitlist-free = Det koster ingenting, og du kan melde deg av når som helst.
waitlist-nothing = Her er det ingenting å vente på: billettene kan kjøpes, eller salget er slutt.
waitlist-choose-type = Velg minst én billettype.
waitlist-available = Disse billettene kan kjøpes nå. Du trenger ikke vente.
waitlist-full = Ventelisten er full.
waitlist-joined = Sjekk e-posten din
waitlist-joined-text = Du står på ventelisten for { $event }.
waitlist-joined-mail = Vi har sendt deg en e-post med plassen din på listen og en lenke for å melde deg av.
waitlist-head-waiting = Du står på listen
waitlist-head-offered = Billettene dine er her
waitlist-head-accepted = Du har fått billettene
waitlist-head-declined = Du ga billettene tilbake
waitlist-head-lapsed = Tilbudet ditt er utløpt
waitlist-head-left = Du står ikke lenger på listen
waitlist-head-closed = Denne listen er stengt
waitlist-position = Din plass
waitlist-wish = Du ønsker
waitlist-or-fewer = eller færre
waitlist-until = Holdes av til
waitlist-text-waiting = Vi skriver til deg når billetter kommer tilbake og det er din tur. Du trenger ikke gjøre noe før det.
waitlist-text-offered = Gå videre til opplysninger og betaling. Etter fristen går billettene til den neste i køen.
waitlist-text-accepted = De ligger i innboksen din. God fornøyelse!
waitlist-text-closed = Arrangementet er over eller avlyst, eller salget er slutt.
waitlist-text-ended = Du kan melde deg på igjen fra arrangementets side.
waitlist-take = Ta billettene
waitlist-decline = Jeg vil ikke ha dem lenger
waitlist-leave = Meld meg av listen
flash-waitlist-left = Du står ikke lenger på listen.
flash-waitlist-declined = Takk. Billettene går til den neste i køen.
flash-waitlist-being-paid = Disse billettene er i ferd med å bli betalt, så de kan ikke gis tilbake akkurat nå.
flash-waitlist-removed = Tatt av listen.
hold-kept-until = Holdes av til { $at }
mail-subject-waitlist-joined = Du står på ventelisten: { $event }
mail-subject-waitlist-offer = Billettene dine til { $event } er her
mail-wait-joined-lead = du står på ventelisten for { $event }.
mail-wait-joined-next = Når billetter kommer tilbake og det er din tur, holder vi dem av til deg og skriver til deg. Hver e-post sier hvor lang frist du har.
mail-wait-see = Se plassen din, eller meld deg av
mail-wait-not-you = Var det ikke du som ba om dette? Følg lenken og meld deg av; da skjer det ikke noe mer.
mail-wait-offer-lead = { $count ->
    [one] en billett til { $event } kom tilbake, og den er din hvis du vil ha den.
   *[other] { $count } billetter til { $event } kom tilbake, og de er dine hvis du vil ha dem.
}
mail-wait-offer-fewer = Du ba om { $party }; dette er alle som er ledige.
mail-wait-offer-until = Holdes av til { $at }.
mail-wait-offer-after = Etter det går de til den neste i køen. Ikke interessert lenger?
mail-wait-decline = Gi dem tilbake nå
mail-wait-private = Alle som har disse lenkene, kan ta billettene. Behold denne e-posten for deg selv.
mail-subject-waitlist-lapsed = Tilbudet ditt til { $event } er utløpt
mail-wait-lapsed-lead = { $count ->
    [one] vi holdt av en billett til deg, og fristen for å ta den er ute. Den går til den neste i køen.
   *[other] vi holdt av { $count } billetter til deg, og fristen for å ta dem er ute. De går til den neste i køen.
}
mail-wait-lapsed-offer = Holdt av til deg
mail-wait-lapsed-until = Frist
mail-wait-lapsed-next = Du står ikke lenger på ventelisten. Vil du fortsatt bli med, kan du melde deg på igjen; da står du sist i køen.
mail-wait-lapsed-join = Meld meg på igjen
mail-wait-lapsed-last = Har du ombestemt deg? Da trenger du ikke gjøre noe: vi skriver ikke mer til deg om denne listen.
queue-room = Venterom
queue-title-join_before = Bli med i trekningen
queue-title-join = Still deg i køen
queue-title-before = Du er med i trekningen
queue-title-drawing = Rekkefølgen trekkes
queue-title-waiting = Du står i køen
queue-title-paused = Køen står stille
queue-title-turn = Det er din tur
queue-title-pass = Du er inne
queue-title-sold_out = Alle billetter er solgt
queue-title-over = Billettsalget er avsluttet
queue-join-before-text = Salget åpner { $at }. Alle som er her da, får en tilfeldig plass, så det har ikke noe å si når du kommer.
queue-join-text = Mange vil ha disse billettene. Ta en plass, så slipper vi deg inn når det er din tur.
queue-join = Ta en plass
queue-working = Vi finner en plass til deg. Det tar noen sekunder.
queue-before-unit = til trekningen
queue-before-text = Salget åpner { $at }. Da trekkes plassen din; det hjelper ikke å komme tidligere eller laste siden på nytt.
queue-drawing-text = Om et øyeblikk ser du plassen din.
queue-ahead = foran deg
queue-progress = Hvor langt du har kommet
queue-wait = Det blir din tur om
queue-wait-short = mindre enn ett minutt
queue-wait-minutes = omtrent { $count ->
    [one] { $count } minutt
   *[other] { $count } minutter
}
queue-wait-hours = omtrent { $count ->
    [one] { $count } time
   *[other] { $count } timer
}
queue-wait-unknown = en stund
queue-opens-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dager
}
queue-paused-text = Ingen slippes inn akkurat nå. Du beholder plassen din.
queue-turn-text = Gå inn og velg billetter. Plassen din går ikke ut: ta den tiden du trenger før du går inn.
queue-enter = Gå inn
queue-pass-text = Du kan velge billetter i
queue-pass-left = { $count ->
    [one] { $count } minutt til
   *[other] { $count } minutter til
}
queue-pass-more = Trenger du lengre tid, får du det.
queue-to-tickets = Velg billetter
queue-more-time = Gi meg mer tid
queue-sold_out-text = Iblant kommer billetter tilbake. Se innom arrangementets side senere.
queue-over-text = Det er ikke lenger noe å vente på.
queue-to-event = Tilbake til arrangementet
queue-kept = Plassen din er lagret i denne nettleseren. Du kan lukke siden og komme tilbake.
queue-voice = {"{"}ahead{"}"} står foran deg. Det blir din tur om {"{"}wait{"}"}.
queue-voice-opens = { $minutes ->
    [one] Trekningen er om ett minutt. Du trenger ikke gjøre noe.
   *[other] Trekningen er om { $minutes } minutter. Du trenger ikke gjøre noe.
}
queue-voice-left = Tiden din til å velge billetter er ute om et minutt eller to. Trenger du lengre tid, kan du be om mer på denne siden.
queue-fair = Slik bestemmes rekkefølgen
queue-fair-text = Før åpningen bestemmer vi et hemmelig tall og viser fingeravtrykket av det. Ved åpningen stokker tallet alle som er her, og vi viser selve tallet. Dermed kan hvem som helst kontrollere at trekningen var rettferdig. De som kommer senere, står i kø i den rekkefølgen de kom.
queue-commitment = Fingeravtrykk av det hemmelige tallet (SHA-256)
queue-seat = Nummeret ditt i rekkefølgen folk kom
queue-seed = Det hemmelige tallet
queue-verify = Kontroller trekningen selv
queue-event-note = Mange vil ha disse billettene, så vi slipper folk inn etter tur. [[Gå til venterommet]]

# Plasser
seat-label = { $section }, rad { $row }, sete { $number }
ticket-seat = Sete
seats-title = Plassene dine
seats-together = Ved siden av hverandre.
seats-apart = Ikke alle setene er ved siden av hverandre; dette er de nærmeste som var igjen.
event-seats-note = Du får de beste setene som er igjen, ved siden av hverandre.
event-seats-keep-together = Bare hvis vi kan sitte ved siden av hverandre
error-not-together = { $largest ->
    [0] Ingen seter er igjen ved siden av hverandre.
   *[other] { $largest } av { $wanted } seter er igjen ved siden av hverandre. Velg { $largest }, eller sitt hver for dere.
}
error-queue-spent = Du har lagt billetter i handlekurven { $carts } ganger siden du slapp inn, og flere blir det ikke med én plass i køen. Still deg i køen på nytt hvis du vil ha flere billetter.
flash-queue-has-cart = Du har allerede disse billettene i handlekurven. Fullfør her, eller gi dem tilbake for å velge andre.

# Kampanjekoder.
promo-ask = Har du en kampanjekode?
promo-code = Kampanjekode
promo-hint = Neste steg viser hva den trekker fra, før du betaler.
promo-line = Kode { $code }
error-promo-unknown = Koden finnes ikke for dette arrangementet. Sjekk at den er skrevet riktig.
error-promo-not-yet = Koden gjelder fra { $at }.
error-promo-over = Koden gjelder ikke lenger.
error-promo-not-for-tickets = Koden trekker ikke noe fra billettene du har valgt.
error-promo-used-up = Koden er brukt opp. Fjern den for å fortsette til full pris.
error-promo-all-in-carts = All bruk av koden ligger i andre handlekurver. Noe kommer som regel tilbake: prøv igjen om noen minutter, eller fjern koden for å fortsette til full pris.

# Hva som ligger i en pris
charges-fee = inkl. servicegebyr
charges-tax = inkl. mva. { $percent } %
