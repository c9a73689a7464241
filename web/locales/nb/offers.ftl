# Priser som kjøperen bestemmer, gaver, tilbud: butikk, e-post, konsoll.
error-price-between = Oppgi en pris mellom { $least } og { $most }.
error-price-set = Prisen på denne billetten er bestemt.
error-donation = Skriv det du vil gi som et beløp, eller la feltet stå tomt.
open-price = Bestem prisen selv
open-price-from = Bestem prisen selv, fra { $least }
open-price-field = Din pris for én billett av typen { $name }, i { $currency }
open-price-hint = Mellom { $least } og { $most }, alt inkludert.
donation-title = Vil du gi noe?
donation-field = Beløp i { $currency }
donation-hint = Til: { $cause }. Det kommer i tillegg til billettene, og bare om du vil.
donation-line = Gave
discount-line = Rabatt: { $names }
offers-title = Bedre sammen
offers-hint = Trekkes fra av seg selv; handlekurven viser det før du betaler.
offer-for = For { $types }
offer-percent = { $percent } % av på hver billett fra { $count ->
    [one] én billett
   *[other] { $count } billetter
  }
offer-amount = { $amount } av på hver billett fra { $count ->
    [one] én billett
   *[other] { $count } billetter
  }
offer-price = { $price } for hver billett fra { $count ->
    [one] én billett
   *[other] { $count } billetter
  }
offer-size-for-paid = { $size } billetter til prisen av { $paid }
offer-package = { $members } sammen for { $price }
offer-package-less = { $members } koster mindre sammen

offers = Priser og tilbud
offers-lead = Det kjøperne bestemmer selv, og det som trekkes fra uten kode. Gjelder handlekurver fra nå av; kurver og ordrer beholder det de har.
offers-open = Kjøperen bestemmer prisen
offers-open-hint = Billettypens pris foreslås. Beløpene er listepriser, uten gebyrer; fra 0 kan billetter fås gratis. Ingenting trekkes fra en slik pris.
offers-open-least = Minst ({ $currency })
offers-open-most = Høyst ({ $currency })
offers-open-for = { $name }, i listen { $price }
offers-open-none = Arrangementet har ingen billettyper ennå.
offers-donation = Gaver
offers-donation-cause = Til hva?
offers-donation-hint = Kjøperne blir spurt om en gave ved siden av billettene. Den har verken gebyr eller avgift, og går tilbake med ordrens siste billett. La feltet stå tomt for å ikke spørre.
offers-list = Tilbud
offers-none = Ingenting trekkes fra av seg selv.
offers-withdraw = Trekk tilbake
offers-withdraw-name = Trekk tilbake { $name }
offers-withdrawn = Trukket tilbake
offers-ended = Over
offers-add = Legg til et tilbud
offers-name = Navn
offers-name-hint = Kjøperne leser det, for eksempel «Fire venner».
offers-kind = Hva det gjør
offers-kind-percent = En andel av på hver billett, fra et antall
offers-kind-amount = Et beløp av på hver billett, fra et antall ({ $currency })
offers-kind-price = En pris for hver billett, fra et antall ({ $currency })
offers-kind-size = Så mange til prisen av færre
offers-kind-package = Flere sammen til én pris ({ $currency })
offers-value = Andel, beløp eller pris
offers-value-hint = Trengs ikke for «så mange til prisen av færre».
offers-count = Fra hvor mange billetter
offers-count-hint = For «så mange til prisen av færre»: hvor mange som kjøpes.
offers-paid = Hvor mange av dem som betales
offers-paid-hint = Bare for «så mange til prisen av færre».
offers-types = Billettyper
offers-types-hint = For en samlet pris: hvor mange av hver som hører til. Ellers sier et hvilket som helst tall at typen er med; ingen betyr alle.
offers-priority = Rekkefølge
offers-priority-hint = Det høyeste kommer først. En billett har én rabatt og er i høyst én gruppe.
field-offer-rule = Disse tallene gir ikke noe tilbud. Se på andel, pris og antall.
field-offer-too-many = Et arrangement kan ha 50 tilbud, også tilbaketrukne.
field-bounds = Det minste kan ikke være over det høyeste, og det høyeste må være over null.
field-has-tiers = Denne typen har pristrinn; prisen er bestemt.
flash-offer-added = Tilbudet er lagt til.
flash-offer-withdrawn = Tilbudet er trukket tilbake.
