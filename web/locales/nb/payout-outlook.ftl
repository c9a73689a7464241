# Når pengene for et arrangement ville bli utbetalt.
outlook-title = Når du ville få pengene
outlook-basis = Hvis det selges like mange billetter hver dag fra { $from }, og etter det som gjelder for kontoen din i dag.
outlook-warning = Arrangementet slutter mer enn { $days } dager etter det første salget. Omtrent { $share } % av pengene ville bli utbetalt før det finner sted, fordi betalingsleverandøren ikke kan beholde dem lenger. Blir arrangementet avlyst, gir du dem tilbake.
outlook-limit = Til sammen går ikke mer enn { $limit } ut før et arrangement er over; det som er mer, blir noen dager til.
outlook-deadline = Betalingsleverandøren kan ikke beholde dem lenger.
outlook-release = Fem virkedager etter arrangementet.
outlook-reserve = En reserve for det som gis tilbake eller bestrides etter arrangementet.
