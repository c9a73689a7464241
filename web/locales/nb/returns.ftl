# Giving tickets back: shop, mails, console.
return-terms = Levere tilbake billetter
return-term-withdrawal = { $days ->
    [one] Innen en dag etter kjøpet: alt tilbake
   *[other] Innen { $days } dager etter kjøpet: alt tilbake
  }
return-term-free = Til { $until }: alt tilbake
return-term-share = Til { $until }: tilbake unntatt { $share } % av prisen
return-term-amount = Til { $until }: tilbake unntatt { $amount } per billett
return-term-both = Til { $until }: tilbake unntatt { $share } % av prisen og { $amount } per billett
return-term-over = Deretter: ingenting tilbake
return-term-never = Ingenting tilbake, med mindre loven sier noe annet
return-term-self = Det gjør du selv på siden til bestillingen.
return-term-ask = Skriv til oss, så ordner vi det.
return-now-withdrawal = Til { $until } kan du angre kjøpet: alt går tilbake.
return-open = Levere tilbake billetter
return-open-withdrawal = Angre kjøpet
return-title = Levere tilbake billetter
return-title-withdrawal = Angre kjøpet
return-lead = Velg billettene. De blir ugyldige med en gang og legges ut for salg, og pengene går tilbake dit du betalte fra.
return-which = Hvilke billetter?
return-paid = Betalt { $price }
return-gets = tilbake: { $refund }
return-confirm = Levere tilbake og få pengene
return-confirm-withdrawal = Bekreft at du angrer
return-keep = Nei, behold billettene
return-final = Dette kan ikke gjøres om. Banken bruker noen dager på å vise pengene.
return-choose = Velg minst en billett.
return-changed = Noe har endret seg i mellomtiden. Se en gang til.
order-refunded-part = Levert tilbake
flash-returned = Ferdig. Pengene er på vei til deg.
flash-return-too-late = Disse billettene kan ikke leveres tilbake lenger.
mail-subject-return = Billetter levert tilbake: { $event }
mail-return-buyer = Du leverte tilbake billetter. De gir ikke adgang lenger.
mail-return-withdrawal = Du angret kjøpet. Dette bekrefter at vi har mottatt det; billettene gir ikke adgang lenger.
mail-return-staff = Vi tok tilbake billetter i bestillingen din. De gir ikke adgang lenger.
mail-return-event = Arrangementet ble avlyst, og vi beklager. Billettene dine gir ikke adgang lenger.
mail-return-order = Bestilling
mail-return-at = Mottatt
mail-return-kept = Beholdt etter vilkårene
mail-return-back = Går tilbake til deg
mail-return-banks = Pengene går tilbake dit du betalte fra. Banken bruker noen dager på å vise dem.
mail-return-left = { $count ->
    [one] Den andre billetten din er fortsatt gyldig.
   *[other] De andre { $count } billettene dine er fortsatt gyldige.
  }
mail-return-open = Åpne bestillingen

return-policy = Retur
return-policy-lead = Hva det koster å levere tilbake billetter. Kjøperne leser det før de betaler; en endring gjelder for bestillinger som gjøres fra da av.
return-policy-self = Kjøpere kan levere tilbake billetter selv
return-policy-self-hint = På siden til bestillingen, til det trinnene under sier. Ellers kan bare de ansatte.
return-policy-withdrawal = Angrefrist i dager
return-policy-withdrawal-hint = Så mange dager etter kjøpet går alt tilbake, uansett hva trinnene sier; 0 for ingen. Det kan kjøperne alltid gjøre selv.
return-policy-steps = Trinn
return-policy-steps-hint = Fra tidlig til sent. La rader du ikke trenger stå tomme. Etter det siste trinnet går ingenting tilbake.
return-step-days = Dager før arrangementet
return-step-percent = Behold, % av prisen
return-step-amount = og per billett, { $currency }
return-step-order = Hvert trinn må slutte nærmere arrangementet enn det forrige, og ikke beholde mindre.
return-policy-reads = Det kjøperne leser
return-policy-none = Ingenting ennå: kjøpere kan ikke levere tilbake noe selv.
return-tickets = Ta tilbake billetter
return-tickets-text = De valgte billettene blir ugyldige og legges ut for salg igjen. Det du ikke beholder, går tilbake dit kjøperen betalte fra.
return-tickets-which = Billetter
return-tickets-used = har kommet inn
return-tickets-keep = Behold av prisen, i { $currency }
return-tickets-keep-hint = For alle valgte billetter til sammen; 0 gir alt tilbake.
return-tickets-reason = Grunn
return-tickets-confirm = Ja, ta dem tilbake
returns-title = Penger tilbake
returns-line = { $tickets ->
    [one] En billett
   *[other] { $tickets } billetter
  }
returns-kept = beholdt { $kept }
return-by-buyer = Levert tilbake av kjøperen
return-by-withdrawal = Kjøperen angret
return-by-staff = Tatt tilbake
return-by-event = Arrangementet ble avlyst
refund-state-requested = Bestilt
refund-state-submitting = På vei
refund-state-pending = Hos banken
refund-state-succeeded = Sendt
refund-state-failed = Avvist
field-keep-too-much = Høyst { $most }, prisen på disse billettene.
field-choose-ticket = Velg minst en billett.
flash-tickets-taken-back = Billettene er tatt tilbake, og pengene er på vei.
flash-refunds-begun = Alle kjøpere får pengene tilbake. Store arrangementer tar noen minutter.
cancel-event-refund = Gi alle kjøpere pengene tilbake
cancel-event-refund-hint = Ellers bestemmer du senere, bestilling for bestilling eller for alle på en gang.
refund-event = Gi alle kjøpere pengene tilbake
refund-event-text = { $orders ->
    [one] En bestilling er fortsatt betalt.
   *[other] { $orders } bestillinger er fortsatt betalt.
  }
