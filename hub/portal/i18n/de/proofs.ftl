# Proofs: the lists on pages, and the sheet that carries one.

proofs-title = { -word-evidence(form: "Many") }
proofs-hint = Wir haben besiegelt, was mit dieser { -word-message } geschehen ist. Jeder kann das prüfen, auch ohne uns.
proofs-of = { $count ->
    [one] { $count } { -word-evidence } zu { $brand }
   *[other] { $count } { -word-evidence(form: "many") } zu { $brand }
}
proofs-fact = { $kind ->
    [published] Der { -word-sender } hat uns die { -word-message } übergeben
    [madeAvailable] Die { -word-message } wurde in das { -word-mailbox } gelegt
    [refused] Die { -word-message } wurde nicht zugestellt
    [retrieved] Eine { -word-provider-application } hat die { -word-message } zum ersten Mal { -word-retrieved }
    [opened] Jemand hat die { -word-message } zum ersten Mal { -word-opened }
    [expired] Die { -word-message } wurde entfernt, weil ihre Frist abgelaufen war
    [withdrawn] Der { -word-sender } hat die { -word-message } { -word-withdrawn }, ohne dass bekannt war, dass jemand sie { -word-opened } hatte
    [granted] { -word-consent(form: "One") } gegeben
    [renewed] { -word-consent(form: "One") } erneuert
    [widened] { -word-consent(form: "One") } erweitert
    [narrowed] { -word-consent(form: "One") } eingeschränkt
    [suspended] { -word-consent(form: "One") } ausgesetzt
    [resumed] { -word-consent(form: "One") } wieder in Gebrauch
   *[ended] { -word-consent(form: "One") } beendet
}
proofs-opening = Was darin verborgen ist
proofs-opening-hint = Ein { -word-evidence } sagt nicht, um wen es geht. Die Datei „Was darin verborgen ist“ zeigt das, und was darin sonst verdeckt ist, allen, die den { -word-evidence } prüfen: Geben Sie diese Datei nur Personen, die es wissen dürfen.
proofs-link = { -word-evidence(form: "Many") } zu { -word-message(form: "many") } ansehen, auch zu entfernten
proofs-messages = { $holder ->
    [own] { -word-evidence(form: "Many") } zu Ihren { -word-message(form: "many") }
    [earlier] { -word-evidence(form: "Many") } zu Ihren { -word-message(form: "many") } unter einer früheren Nummer
   *[other] { -word-evidence(form: "Many") } zu den { -word-message(form: "many") } von { $name }
}
proofs-messages-lead = Wir haben besiegelt, was mit jeder { -word-message } geschehen ist. Die { -word-evidence(form: "many") } bleiben hier, wenn die { -word-message } selbst entfernt ist. Jeder kann sie prüfen, auch ohne uns.
proofs-back = Zurück zum { -word-mailbox }
proofs-next = Frühere
proofs-first = Neueste
proofs-none = Es gibt noch keine { -word-evidence(form: "many") }.
proofs-sender-gone = Ein { -word-sender }, der nicht mehr registriert ist

proof-title = { $about ->
    [message] { -word-evidence(form: "One") } zu einer { -word-message }
   *[consent] { -word-evidence(form: "One") } zu einer { -word-consent }
}
proof-issuer = Erklärt von
proof-sealed = Besiegelt am
proof-stamped = Zeitstempel vom
proof-key = Schlüssel
proof-message-number = Nummer der { -word-message }
proof-sender-number = Unternehmensnummer des { -word-sender(form: "one") }s
proof-content = Inhalt
proof-app = { -word-provider-application(form: "One") }
proof-may = Sie darf
proof-consent-number = Nummer der { -word-consent }
proof-check = Diese Datei enthält { $file }. Darin haben wir die Tatsachen oben besiegelt. Prüfen kann man sie mit „facteur verify“ oder mit jedem Programm, das JSON Web Signature kennt, und mit unseren öffentlichen Schlüsseln: { $address }. Bewahren Sie diese Schlüssel mit der Datei auf: Dann bleibt sie für immer prüfbar, auch ohne uns und auch nach einem Wechsel der Schlüssel.
proof-seal = Das Siegel ist ein fortgeschrittenes elektronisches Siegel. Es ist kein qualifiziertes.
proof-foot = Facteur, { -word-evidence } in der Sache { $matter }
