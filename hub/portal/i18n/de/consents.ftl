# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Ihre { -word-consent(form: "many") }
   *[enterprise] { -word-consent(form: "Many") } für { $name }
}
consents-lead = Diese { -word-provider-application(form: "many") } dürfen { -word-message(form: "many") } abholen aus { $holder ->
    [own] Ihrem { -word-mailbox }
   *[enterprise] dem { -word-mailbox } von { $name }
}. Sie können jede davon jederzeit stoppen.
consents-none = Keine { -word-provider-application } darf Ihre { -word-message(form: "many") } abholen.
consents-none-how = Sie geben eine { -word-consent } aus der { -word-provider-application } heraus. Wir fragen Sie dann hier, ob Sie einverstanden sind.
consents-live-title = In Gebrauch
consents-sentence = { $by ->
    [you] Sie haben <strong>{ $brand }</strong> erlaubt, { $holder ->
        [own] Ihre { -word-message(form: "many") }
       *[enterprise] die { -word-message(form: "many") } von { $name }
    } abzuholen.
   *[other] { $person } hat <strong>{ $brand }</strong> erlaubt, die { -word-message(form: "many") } von { $name } abzuholen.
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
    [one] Ein { -word-sender } ist ausgenommen.
   *[other] { $count } { -word-sender(form: "many") } sind ausgenommen.
}
consents-less = { $brand } weniger erlauben
consents-stop-whom = { $brand } stoppen
consents-stop-hint = Es stoppt sofort. { $brand } behält, was schon abgeholt wurde.
consents-ended-title = Beendet
consents-ended-on = Beendet am
consents-ended-how = { $how ->
    [citizen] { $holder ->
        [own] Sie haben sie gestoppt.
       *[enterprise] Eine Vertretung von { $name } hat sie gestoppt.
    }
    [provider] { $brand } hat sie gestoppt.
    [expired] Das Enddatum war erreicht.
    [superseded] Sie haben { $brand } eine neue { -word-consent } gegeben.
    [withdrawn] Die { -word-activation } wurde ausgeschaltet.
    [operator] Wir haben sie gestoppt.
    [mandate] Wer sie gegeben hat, vertritt { $name } nicht mehr.
    [unclaimed] { $brand } hat sie nicht rechtzeitig genutzt.
    [forsaken] Sie ruhte, und niemand hat sie innerhalb von 30 Tagen weiterlaufen lassen.
    [refused] Sie haben abgelehnt.
    [timedout] Sie haben nicht rechtzeitig entschieden.
   *[removed] Wir haben { $brand } gestoppt, weil diese { -word-provider-application } hier keine { -word-message(form: "many") } mehr abholen darf.
}

consent-ended-title = { $brand } ist gestoppt
consent-ended-text = { $brand } kann Ihre { -word-message(form: "many") } nicht mehr abholen. Das gilt ab { $moment }.
consent-ended-kept = { $brand } behält, was schon abgeholt wurde, so lange wie bei Ihrer Zustimmung angegeben. Möchten Sie es löschen lassen? Fragen Sie { $legal }.
consent-ended-number = Nummer dieser { -word-consent }:
consent-ended-next = Zurück zu Ihren { -word-consent(form: "many") }

less-title = { $brand } weniger erlauben
less-lead = Kreuzen Sie an, was { $brand } nicht mehr tun oder sehen darf. Alles andere bleibt, wie es ist.
less-actions = Nicht mehr erlaubt
less-senders = { -word-message(form: "Many") } dieser { -word-sender(form: "many") } nicht mehr sichtbar
less-already = Schon ausgenommen
less-note = Es gilt sofort. { $brand } behält, was schon abgeholt wurde.
less-more = Möchten Sie wieder mehr erlauben? Beginnen Sie in { $brand }: Wir fragen Sie dann hier.
less-save = Speichern
less-back = Zurück, ohne etwas zu ändern
