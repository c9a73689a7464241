# Ansattes passnøkler: lage, bruke og fjerne dem.

passkeys-title = Passnøkler
passkeys-text = Enheten din ber om finger, ansikt eller PIN og logger deg inn uten passord. En passnøkkel kan ikke gis bort eller skrives inn på en falsk side.
passkeys-none = Ingen ennå
passkey-name = Navn på enheten
passkey-name-hint = Så du kjenner den igjen, for eksempel «Jobb-PC».
passkey-add = Legg til en passnøkkel
passkey-script = Nettleseren din kan ikke lage passnøkler her. Bruk en autentiseringsapp, eller en nyere nettleser med skript.
passkey-elsewhere = gjelder på { $host }
passkey-created = Lagt til
passkey-used = Sist brukt
passkey-never = Aldri brukt
passkey-remove = Fjern
passkey-use = Logg inn med passnøkkel
passkey-second = Bruk passnøkkelen din
passkey-or = eller en kode
passkey-failed = Enheten svarte ikke, eller det ble avbrutt.
passkey-gone = Dette tok for lang tid, eller det er svart på før. Prøv igjen.
passkey-refused = Denne passnøkkelen ble ikke godtatt. Logg inn på en annen måte, eller prøv igjen.
passkey-known = Denne enheten har allerede en passnøkkel for deg.
flash-passkey-added = Passnøkkelen er lagt til.
flash-passkey-removed = Passnøkkelen er fjernet.
