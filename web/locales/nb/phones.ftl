# Koder til ansatte på tekstmelding.

phone-title = Tekstmeldinger
phone-text = En kode sendes til telefonen din når du logger inn. Svakere enn en passnøkkel eller en app, fordi meldinger kan leses underveis.
phone-none = Av
phone-number = Mobilnummer
phone-number-hint = Med landet, for eksempel +47 400 00 000.
phone-send = Send en kode
phone-sent = En kode er sendt til nummeret som slutter på { $hint }.
phone-code = Koden i meldingen
phone-confirm = Bekreft nummeret
phone-again = Send en ny
phone-since = Koder går til nummeret som slutter på { $hint }, siden
phone-remove = Fjern
sms-ask = Send en kode til ··{ $hint }
phone-wrong = Dette er ikke et nummer med land, for eksempel +47 400 00 000.
phone-not-allowed = Koder sendes ikke til slike numre. Spør den som bestemmer over ansatte.
sms-too-many = For mange koder er sendt. Prøv igjen om { $minutes } min.
sms-code = { $code } er koden din for { $shop }. Gi den ikke til noen.
field-sms-prefixes = Begynnelser på numre, for eksempel +47 +46, høyst 20.
flash-sms-sent = Koden er på vei. Den gjelder i fem minutter.
flash-sms-too-many = For mange koder er sendt. Vent litt, eller bruk en annen måte.
flash-phone-added = Nummeret er bekreftet.
flash-phone-removed = Nummeret er fjernet.
security-sms = Koder på tekstmelding til numre som begynner med
security-sms-hint = For eksempel +47 +46. Er feltet tomt, sendes ingen. Hver melding koster penger, og meldinger kan leses underveis.
