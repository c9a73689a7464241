# Salg i døra, mot kontanter.
door-sale = Selg i døra
door-sale-next = Videre til betaling
door-sale-left = { $left } igjen
door-sale-none = Ingenting å selge her
door-sale-none-advice = Arrangementet er ikke i salg, eller det er over.
door-sale-collect = Ta imot
door-sale-until = Plassene holdes til { $at }.
door-sale-name = Navn
door-sale-email = E-post
door-sale-email-hint = Billettene sendes hit; uten adresse går de til { $email }, så du kan vise eller skrive dem ut.
door-sale-let-in = Slipp inn med en gang
door-sale-received = { $total } mottatt: selg
door-sale-give = Gi billettene
door-sale-abandon = Ikke selg, frigi plassene
door-sale-too-few = { $left ->
    [0] Det er ingen igjen av den.
    [one] Det er bare én igjen.
   *[other] Det er bare { $left } igjen.
}
door-sale-not-open = Den er ikke i salg nå.
door-sale-quantity = Velg fra { $least } til { $most }.
door-sale-nothing = Velg minst én billett.
door-sale-many = Så mange billetter kan ikke selges på én gang.
order-at-door = Solgt i døra
flash-door-sold = Solgt. Billettene er på vei med e-post.
flash-door-sold-let-in = Solgt, og sluppet inn.
flash-cash-handed-out = Notert: kontantene er utbetalt.
cash-due = { $amount } skal betales ut kontant
cash-due-text = Kjøperen får dette tilbake kontant. Bekreft når pengene er ute av kassa.
cash-hand-out = { $amount } er utbetalt
