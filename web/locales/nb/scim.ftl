# Klargjøring av ansatte fra en katalog (SCIM).
section-scim = Klargjøring
scim-title = Klargjøring (SCIM)
scim-lead = La katalogen ta seg av de ansatte: den som legges til, får en konto, og den som fjernes, er ute med én gang, på alle enheter.
scim-connect = Koble til katalogen
scim-base-url = Grunnadresse
scim-copy = Kopier
scim-no-domain = Bare personer fra et bekreftet e-postdomene slippes inn. Bekreft ditt først.
scim-no-domain-link = E-postdomener
scim-guide-entra = Microsoft Entra
scim-guide-entra-1 = Åpne Enterprise applications i Entra, opprett en egen applikasjon, og åpne «Provisioning».
scim-guide-entra-2 = Velg «Automatic», lim inn grunnadressen som tenant URL og et token som secret token, og test forbindelsen.
scim-guide-entra-3 = Tildel brukere og grupper, knytt «mail» til den primære jobbadressen, og start. Gi deretter gruppene roller nedenfor.
scim-guide-okta = Okta
scim-guide-okta-1 = Legg til applikasjonen «SCIM 2.0 Test App (OAuth Bearer Token)» i Okta, eller din egen med SCIM.
scim-guide-okta-2 = Lim inn grunnadressen og et token, og slå på: create users, update user attributes, deactivate users.
scim-guide-okta-3 = Tildel personer, send gruppene som skal gi roller, og gi dem roller nedenfor.
scim-tokens = Token
scim-tokens-lead = To kan leve samtidig, så et nytt kan ta det gamles plass.
scim-made = Token «{ $name }»
scim-once = Kopier det nå: det vises ikke igjen.
scim-copy-token = Kopier tokenet
scim-tokens-none = Ingen token ennå. Katalogen trenger ett.
scim-made-at = laget { $at }
scim-used = sist brukt { $at }
scim-unused = aldri brukt
scim-until = slutter { $at }
scim-over = Avsluttet
scim-revoke = Avslutt
scim-revoke-of = Avslutt tokenet { $name }
scim-new = Nytt token
scim-name = Navn
scim-last-day = Siste dag
scim-make = Lag et token
scim-owner-only = Bare en eier lager token: den som har ett, avgjør hvem som er hvem.
scim-full = To token lever. Avslutt ett for å lage et nytt.
scim-groups = Grupper og roller
scim-groups-lead = Det en gruppe gir, får medlemmene i hele butikken. Et nytt navn på gruppen endrer ingenting.
scim-groups-none = Ingen grupper ennå. Katalogen sender dem når klargjøringen starter.
scim-group-people = { $count ->
    [one] { $count } person
   *[other] { $count } personer
}
scim-group-nothing = gir ingenting
scim-group-change = Endre
scim-group-change-of = Endre hva { $name } gir
scim-group-lead = Alle i denne gruppen har disse rollene i hele butikken.
scim-group-roles = Roller
scim-group-see = Vis hva som endres
scim-group-save = Lagre
scim-preview-none = Ingenting endres for noen.
scim-preview-gain = { $count ->
    [one] { $count } person får en rolle.
   *[other] { $count } personer får en rolle.
}
scim-preview-lose = { $count ->
    [one] { $count } person mister en rolle.
   *[other] { $count } personer mister en rolle.
}
scim-requests = Siste forespørsler
scim-requests-kept = Tas vare på i sju dager, uten personer.
scim-requests-all = Alle
scim-requests-failed = Mislyktes
scim-requests-none = Katalogen har ikke spurt om noe ennå.
scim-requests-none-failed = Ingenting mislyktes.
scim-when = Når
scim-what = Forespørsel
scim-outcome = Svar
team-given-by-group = av gruppen { $name } i katalogen
flash-refused-managed = Katalogen tar seg av denne personen. Endre det der.
flash-scim-revoked = Tokenet er avsluttet.
flash-scim-mapped = Gruppen gir disse rollene nå.
field-scim-owner = Bare en eier lager token.
field-scim-many = To token lever. Avslutt ett først.
field-scim-member = Noen i gruppen er den siste eieren, eller det ville bli flere enn fem eiere.
audit-actor-directory = Katalog
act-account-enabled = Konto sluppet inn igjen
act-directory-user-created = Person opprettet av katalogen
act-directory-user-changed = Person endret av katalogen
act-directory-user-deactivated = Person deaktivert av katalogen
act-directory-user-activated = Person aktivert av katalogen
act-directory-user-deleted = Person slettet av katalogen
act-directory-group-created = Gruppe i katalogen opprettet
act-directory-group-changed = Gruppe i katalogen endret
act-directory-group-deleted = Gruppe i katalogen slettet
act-directory-group-mapped = Rollene til en gruppe satt
act-scim-token-created = Token for katalogen laget
act-scim-token-revoked = Token for katalogen avsluttet
