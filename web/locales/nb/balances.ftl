# What providers say of balances, and whether it is what the books say.
ledger-unexplained = Uten forklaring så langt
door-suspended = Betalingen er bestridt: send til billettluken
mail-subject-money = Pengene til { $event }: vennligst se på dette
mail-money-inquiry = Banken til en kjøper spør om en betaling. Ingen penger er flyttet ennå, og billettene gir adgang som før.
mail-money-contest = En kjøper bestrider en betaling, og banken har foreløpig tatt pengene tilbake. Billettene gir ikke adgang så lenge dette varer.
mail-money-won = En innsigelse ble avgjort til din fordel: pengene er dine igjen, og billettene gir adgang.
mail-money-lost = En innsigelse ble avgjort til kjøperens fordel: pengene er tapt. Hvis arrangementet ikke har vært ennå, er billettene ugyldige og plassene til salgs.
mail-money-fraud = Et kortselskap varslet om at en betaling er svindel, og ingen hadde brukt billettene. Pengene gikk tilbake til kortets eier før den ble bestridt, noe som sparer gebyret; billettene er ugyldige.
mail-money-bank = Bankkontoen som dere får utbetalt til, ble endret. Hvis det ikke var dere, si fra med en gang: ingenting utbetales før da.
mail-money-amount = Beløp
mail-money-due = Må besvares innen
mail-money-rests = Ingenting utbetales før
mail-money-evidence = Dokumentasjonen settes sammen av det butikken har lagret, og sendes inn av seg selv på den siste dagen.
mail-money-open = Åpne kontrollpanelet
