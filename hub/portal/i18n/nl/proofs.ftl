# Proofs: the lists on pages, and the sheet that carries one.

proofs-title = { -word-evidence(form: "Many") }
proofs-hint = Wij hebben verzegeld wat er met dit { -word-message } gebeurde. Iedereen kan dat nakijken, ook zonder ons.
proofs-of = { $count ->
    [one] { $count } { -word-evidence } over { $brand }
   *[other] { $count } { -word-evidence(form: "many") } over { $brand }
}
proofs-fact = { $kind ->
    [published] De { -word-sender } gaf ons het { -word-message }
    [madeAvailable] Het { -word-message } kwam in de { -word-mailbox }
    [refused] Het { -word-message } werd niet bezorgd
    [retrieved] Een { -word-provider-application } heeft het { -word-message } voor het eerst { -word-retrieved }
    [opened] Iemand heeft het { -word-message } voor het eerst { -word-opened }
    [expired] Het { -word-message } werd verwijderd omdat de termijn voorbij was
    [withdrawn] De { -word-sender } heeft het { -word-message } { -word-withdrawn } zonder dat bekend was dat iemand het had { -word-opened }
    [granted] { -word-consent(form: "One") } gegeven
    [renewed] { -word-consent(form: "One") } vernieuwd
    [widened] { -word-consent(form: "One") } uitgebreid
    [narrowed] { -word-consent(form: "One") } beperkt
    [suspended] { -word-consent(form: "One") } onderbroken
    [resumed] { -word-consent(form: "One") } opnieuw in gebruik
   *[ended] { -word-consent(form: "One") } beëindigd
}
proofs-opening = Wat erin verborgen is
proofs-opening-hint = Een { -word-evidence } zegt niet van wie het is. “Wat erin verborgen is” toont dat, en wat er verder in afgeschermd is, aan wie het { -word-evidence } nakijkt: geef dat bestand alleen aan mensen die het mogen weten.
proofs-link = Bekijk de { -word-evidence(form: "many") } over { -word-message(form: "many") }, ook over verwijderde
proofs-messages = { $holder ->
    [own] { -word-evidence(form: "Many") } over uw { -word-message(form: "many") }
    [earlier] { -word-evidence(form: "Many") } over uw { -word-message(form: "many") } onder een vroeger nummer
   *[other] { -word-evidence(form: "Many") } over de { -word-message(form: "many") } van { $name }
}
proofs-messages-lead = Wij hebben verzegeld wat er met elk { -word-message } gebeurde. De { -word-evidence(form: "many") } blijven hier staan als het { -word-message } zelf verwijderd is. Iedereen kan ze nakijken, ook zonder ons.
proofs-back = Terug naar de { -word-mailbox }
proofs-next = Vroeger
proofs-first = Laatste
proofs-none = Er zijn nog geen { -word-evidence(form: "many") }.
proofs-sender-gone = Een { -word-sender } die niet meer geregistreerd is

proof-title = { $about ->
    [message] { -word-evidence(form: "One") } over een { -word-message }
   *[consent] { -word-evidence(form: "One") } over een { -word-consent }
}
proof-issuer = Verklaard door
proof-sealed = Verzegeld op
proof-stamped = Tijdstempel van
proof-key = Sleutel
proof-message-number = Nummer van het { -word-message }
proof-sender-number = Ondernemingsnummer van de { -word-sender }
proof-content = Inhoud
proof-app = { -word-provider-application(form: "One") }
proof-may = De app mag
proof-consent-number = Nummer van de { -word-consent }
proof-check = Dit bestand bevat { $file }. Daarin hebben wij de feiten hierboven verzegeld. Nakijken kan met “facteur verify” of met elk programma dat JSON Web Signature kent, en met onze openbare sleutels: { $address }. Bewaar die sleutels bij dit bestand: dan blijft het altijd na te kijken, ook zonder ons en ook nadat wij van sleutel zijn veranderd.
proof-seal = Het zegel is een geavanceerd elektronisch zegel. Het is geen gekwalificeerd zegel.
proof-foot = Facteur, { -word-evidence } in de zaak { $matter }
