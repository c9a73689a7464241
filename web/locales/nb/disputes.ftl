# En betaling som kjøperen bestrider hos banken.
dispute-title = Tvist om ordre { $code }
dispute-file = Bevisene som fil
dispute-clock = Svaret ditt
dispute-claimed = Kjøperens krav
dispute-reference = Navn hos leverandøren
dispute-note = Merknaden din
dispute-note-hint = Den sendes inn sammen med bevisene på denne siden. Si det banken ikke kan se her, for eksempel hva kjøperen har skrevet til deg.
dispute-note-save = Lagre merknad
dispute-send = Send bevisene nå
dispute-send-text = Banken tar imot ett svar. Alt på denne siden og merknaden din sendes slik det står, og kan ikke endres etterpå.
dispute-send-confirm = Send
dispute-concede = Godta tvisten
dispute-concede-text = Kjøperen beholder { $amount }, og tvistegebyret blir stående. Dette kan ikke angres.
dispute-concede-confirm = Godta, og ikke bestrid den
dispute-history = Hva som er gjort
dispute-order = Ordren
dispute-paid = Betalt
dispute-payment = Betaling
dispute-payer = Hvem som betalte
dispute-earlier = Tidligere betalinger som ingen har bestridt
dispute-terms = Vilkår for retur av billetter
dispute-terms-shown = Vist på arrangementets side og før betaling, { $at } ({ $id })
dispute-terms-none = Ingen vilkår ble vist: billetter gjelder en dato, og du avgjør.
dispute-scans = I døren
dispute-scans-none = Ingen billett er skannet.
dispute-sealed = { $count ->
    [0] Den forseglede loggen har ingen oppføring om dem ennå.
    [one] Én oppføring i den forseglede loggen legges ved bevisene.
   *[other] { $count } oppføringer i den forseglede loggen legges ved bevisene.
}
dispute-left-days = { $days ->
    [one] 1 dag
   *[other] { $days } dager
} og { $hours ->
    [one] 1 time
   *[other] { $hours } timer
} igjen
dispute-left-hours = { $hours ->
    [one] 1 time
   *[other] { $hours } timer
} og { $minutes ->
    [one] 1 minutt
   *[other] { $minutes } minutter
} igjen
dispute-next-sends = Gjør du ingenting, sendes bevisene på denne siden av seg selv halvannet døgn før fristen.
dispute-next-sent = Bevisene ble sendt { $at }. Banken avgjør, og det kan ta to–tre måneder.
dispute-next-conceded = Du godtok tvisten { $at }. Kjøperen beholder pengene.
dispute-next-deciding = Bevisene er hos banken, som avgjør. Det kan ta to–tre måneder.
dispute-next-late = Fristen er ute: ingenting kan sendes lenger.
dispute-next-over = Den er avgjort. Det er ingenting mer å gjøre.
dispute-why-fraudulent = Kjøperen sier: det var ikke jeg som betalte
dispute-why-unrecognized = Kjøperen kjenner ikke igjen betalingen
dispute-why-not-received = Kjøperen sier at ingenting ble mottatt
dispute-why-unacceptable = Kjøperen sier at det ikke var som beskrevet
dispute-why-duplicate = Kjøperen sier at det ble betalt to ganger
dispute-why-credit = Kjøperen sier at en tilbakebetaling ikke kom
dispute-why-canceled = Kjøperen sier at det var avbestilt
dispute-why-bank = Banken sier at betalingen ikke kunne gjennomføres
dispute-why-general = Kjøperen oppga ingen særskilt grunn
dispute-bank-asked = Kjøperens bank ble bedt om å sikre hvem som betaler.
dispute-bank-not-asked = Kjøperens bank sto fritt til å spørre hvem som betaler; ingenting fikk oss til å kreve det.
dispute-network = Nettverket ordren kom fra: merke { $mark }
dispute-browser = Nettleseren den kom fra: merke { $mark }
dispute-payer-unknown = Ingenting er bevart om hvor ordren kom fra.
dispute-history-sent = To av dem sendes inn som bevis på at kortets eier kjenner denne butikken.
dispute-history-few = Banken godtar to slike betalinger som bevis; det finnes bare én.
dispute-scan-admitted = Kom inn
dispute-scan-refused = Avvist
dispute-seen-network = Samme e-postadresse og nettverk
dispute-seen-browser = Samme e-postadresse og nettleser
dispute-seen-both = Samme e-postadresse, nettverk og nettleser
dispute-did-moved = Leverandøren fortalte noe nytt
dispute-did-noted = Merknad endret
dispute-did-answered = Bevis sendt
dispute-did-conceded = Tvist godtatt
dispute-did-opened = Tvist åpnet av kjøperens bank
flash-dispute-noted = Merknaden er lagret.
flash-dispute-answered = Bevisene er sendt.
flash-dispute-conceded = Tvisten er godtatt.
flash-dispute-refused = Leverandøren avslo. Se på tvisten igjen om litt.
flash-dispute-no-answer = Leverandøren svarte ikke. Prøv igjen om litt: ingenting sendes to ganger.
