# Tillegg: billettyper som ikke slipper noen inn.
add-on = Tillegg
add-ons = Tillegg
add-on-named = { $name } (tillegg)
add-ons-hint = For deg som kommer: selges bare sammen med billetter, i samme bestilling.
add-on-per-ticket = { $count ->
    [one] Høyst én per billett
   *[other] Opptil { $count } per billett
}
add-on-no-entry = Vises fram der det deles ut; det slipper ingen inn.
error-add-ons = Tillegg hører sammen med billetter. Se på valget ditt en gang til.
error-add-on-alone = Dette selges bare sammen med en billett. Velg en billett også.
error-add-on-many = { $most ->
    [one] Med disse billettene kan du få én av denne.
   *[other] Med disse billettene kan du få { $most } av denne.
}
field-per-admission = Skriv et tall fra 1 til 20.
field-kind-settled = Arrangementet er publisert, eller typen har seter: den blir det den er.
field-orphans = { $count ->
    [one] Ett tillegg blir stående alene: billetten går tilbake. Velg under hva som skal skje med det.
   *[other] { $count } tillegg blir stående alene: billettene går tilbake. Velg under hva som skal skje med dem.
}
form-add-on = Dette er et tillegg, ikke en billett
form-add-on-hint = Parkering, garderobe, program, middag: kjøpes sammen med billetter til dette arrangementet, aldri alene. Det løses inn og slipper ingen inn. Dette ligger fast når arrangementet publiseres.
form-add-on-settled = Kjøpes sammen med billetter. Arrangementet er publisert, så dette ligger fast.
form-admission-settled = Slipper noen inn. Skal noe selges ved siden av, legg til en rad og merk den som tillegg.
form-per-admission = Høyst per billett
form-per-admission-hint = Hvor mange av et tillegg man kan kjøpe for hver billett, 1 til 20.
return-add-ons = { $count ->
    [one] Et tillegg gjelder bare sammen med billetten sin, så det går også tilbake. Se på beløpet, og bekreft på nytt.
   *[other] { $count } tillegg gjelder bare sammen med billettene sine, så de går også tilbake. Se på beløpene, og bekreft på nytt.
}
return-add-ons-which = Tillegg til disse billettene
return-add-ons-take = Ta dem tilbake også
return-add-ons-leave = La kjøperen beholde dem
door-redeemed = Innløst: { $name }
door-sale-add-on = { $most ->
    [0] Et tillegg selges bare sammen med billetter.
    [one] Med disse billettene kan ett av tillegget selges.
   *[other] Med disse billettene kan { $most } av tillegget selges.
}
