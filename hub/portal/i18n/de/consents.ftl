# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Ihre { -word-consent(form: "many") }
    [earlier] { -word-consent(form: "Many") } für Ihr { -word-mailbox } unter einer früheren Nummer
   *[other] { -word-consent(form: "Many") } für { $name }
}
consents-lead = Diese { -word-provider-application(form: "many") } dürfen { -word-message(form: "many") } abholen aus { $holder ->
    [own] Ihrem { -word-mailbox }
    [earlier] Ihrem { -word-mailbox } unter einer früheren Nummer
   *[other] dem { -word-mailbox } von { $name }
}.
consents-lead-stop = Sie können jede davon jederzeit stoppen.
consents-reads-only = Sie können hier nur lesen. Wer für { $name } entscheidet, kann eine { -word-consent } stoppen oder weniger erlauben.
consents-none = Keine { -word-provider-application } darf { $holder ->
    [own] Ihre { -word-message(form: "many") }
    [earlier] { -word-message(form: "many") } aus Ihrem { -word-mailbox } unter einer früheren Nummer
   *[other] die { -word-message(form: "many") } von { $name }
} abholen.
consents-none-how = Sie geben eine { -word-consent } aus der { -word-provider-application } heraus. Wir fragen Sie dann hier, ob Sie einverstanden sind.
consents-live-title = In Gebrauch
consents-sentence = { $by ->
    [you] Sie haben <strong>{ $brand }</strong> erlaubt, { $holder ->
        [own] Ihre { -word-message(form: "many") }
        [earlier] die { -word-message(form: "many") } unter Ihrer früheren Nummer
       *[other] die { -word-message(form: "many") } von { $name }
    } abzuholen.
   *[other] { $person } hat <strong>{ $brand }</strong> erlaubt, { $holder ->
        [own] Ihre { -word-message(form: "many") }
        [earlier] die { -word-message(form: "many") } unter Ihrer früheren Nummer
       *[other] die { -word-message(form: "many") } von { $name }
    } abzuholen.
}
consents-representative = Eine Vertretung
consents-legal = { $brand } ist eine { -word-provider-application } von { $legal }.
consents-may = Sie darf:
consents-granted = Gegeben am
consents-asked = Gefragt am
consents-until = Endet am
consents-last-read = Zuletzt abgeholt
consents-never-read = Noch nicht
consents-withheld = { $count ->
    [one] Ein { -word-sender } ist ausgenommen: { $senders }.
   *[other] { $count } { -word-sender(form: "many") } sind ausgenommen: { $senders }.
}
consents-paused = Wir haben diese { -word-provider-application } seit { $date } für alle ausgesetzt. Sie holt zurzeit nichts ab.
consents-less = { $brand } weniger erlauben
consents-stop-whom = { $brand } stoppen
consents-stop-hint = Es stoppt sofort. { $brand } behält, was schon abgeholt wurde.
consents-software-title = { -word-own-software(form: "Many") }
consents-software-sentence = { $by ->
    [you] Sie haben <strong>{ $brand }</strong> registriert, ein System von { $name } selbst, das dieses { -word-mailbox } liest.
   *[other] { $person } hat <strong>{ $brand }</strong> registriert, ein System von { $name } selbst, das dieses { -word-mailbox } liest.
}
consents-software-register = Ein System von { $name } selbst dieses { -word-mailbox } lesen lassen
consents-still-title = Ausgesetzt
consents-still-why = { $why ->
    [deceased] Die Person, die sie gegeben hat, ist verstorben.
    [incapable] Die Person, die sie gegeben hat, kann zurzeit nicht handeln.
    [closed] Dieses { -word-mailbox } wurde geschlossen.
    [merged] { $by ->
        [you] Zwei Nummern von Ihnen wurden zusammengeführt.
       *[other] Zwei Nummern der Person, die sie gegeben hat, wurden zusammengeführt.
    }
   *[roleEnded] { $holder ->
        [own] Die Person, die sie gegeben hat, vertritt Sie nicht mehr.
        [earlier] Die Person, die sie gegeben hat, vertritt Sie nicht mehr.
       *[other] Die Person, die sie gegeben hat, vertritt { $name } nicht mehr.
    }
}
consents-still-nothing = { $brand } holt zurzeit nichts ab.
consents-still-since = Ausgesetzt am
consents-still-until = Kann weiterlaufen bis
consents-still-resume = { $brand } weiterlaufen lassen
consents-ended-title = Beendet
consents-ended-on = Beendet am
consents-ended-how = { $how ->
    [citizen] { $by ->
        [you] Sie haben sie gestoppt.
        [unsaid] Sie wurde vom { -word-mailbox } aus gestoppt.
       *[other] { $person } hat sie gestoppt.
    }
    [provider] { $brand } hat sie gestoppt.
    [expired] Das Enddatum war erreicht.
    [superseded] { $by ->
        [you] Sie haben { $brand } eine neue { -word-consent } gegeben.
       *[other] { $brand } hat eine neue { -word-consent } erhalten.
    }
    [withdrawn] Die { -word-activation } wurde ausgeschaltet.
    [operator] Wir haben sie gestoppt.
    [mandate] { $holder ->
        [own] Wer sie gegeben hat, vertritt Sie nicht mehr.
        [earlier] Wer sie gegeben hat, vertritt Sie nicht mehr.
        [unsaid] Wer sie gegeben hat, vertritt nicht mehr, wem das { -word-mailbox } gehört.
       *[other] Wer sie gegeben hat, vertritt { $name } nicht mehr.
    }
    [unclaimed] { $brand } hat sie nicht rechtzeitig genutzt.
    [forsaken] Sie ruhte, und niemand hat sie innerhalb von 30 Tagen weiterlaufen lassen.
    [refused] { $by ->
        [you] Sie haben abgelehnt.
       *[other] Sie wurde abgelehnt.
    }
    [timedout] Es wurde nicht rechtzeitig entschieden.
   *[removed] Wir haben { $brand } gestoppt, weil diese { -word-provider-application } hier keine { -word-message(form: "many") } mehr abholen darf.
}

consent-ended-title = { $brand } ist gestoppt
consent-ended-text = { $brand } kann { $holder ->
    [own] Ihre { -word-message(form: "many") }
    [earlier] { -word-message(form: "many") } aus Ihrem { -word-mailbox } unter einer früheren Nummer
   *[other] die { -word-message(form: "many") } von { $name }
} nicht mehr abholen. Das gilt ab { $moment }.
consent-ended-kept = { $brand } behält, was schon abgeholt wurde, so lange wie bei Ihrer Zustimmung angegeben. Möchten Sie es löschen lassen? Fragen Sie { $legal }.
consent-ended-software = Was schon abgeholt wurde, bleibt beim Unternehmen.
consent-ended-number = Nummer dieser { -word-consent }:
consent-ended-next = Zurück zu den { -word-consent(form: "many") }

resume-title = { $brand } weiterlaufen lassen?
resume-who-title = Worum es geht
resume-may-title = Was gesehen und getan wird
resume-yours = Ab dann gilt diese { -word-consent } als von Ihnen gegeben.
resume-stop = Sie können sie jederzeit stoppen.
resume-otherwise = Lässt niemand sie vor { $moment } weiterlaufen, endet sie von selbst.
resume-on = Weiterlaufen lassen
resume-keep = Ausgesetzt lassen

resumed-title = { $brand } ist in Gebrauch
resumed-text = { $brand } darf { -word-message(form: "many") } bis { $moment } abholen. Sie können das jederzeit stoppen.

less-title = { $brand } weniger erlauben
less-lead = Kreuzen Sie an, was { $brand } nicht mehr tun oder sehen darf. Alles andere bleibt, wie es ist.
less-actions = Nicht mehr erlaubt
less-senders = { -word-message(form: "Many") } dieser { -word-sender(form: "many") } nicht mehr sichtbar
less-already = Schon ausgenommen
less-note = Es gilt sofort. { $brand } behält, was schon abgeholt wurde.
less-more = Möchten Sie wieder mehr erlauben? Beginnen Sie in { $brand }: Wir fragen Sie dann hier.
less-save = Speichern
less-back = Zurück, ohne etwas zu ändern
