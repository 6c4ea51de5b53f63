# An app asks for permission: the landing page, the screen, the outcome. What the screen says is kept with the
# decision: whoever changes it changes TEXT_VERSION too.

landing-title = { $brand } bittet um Ihre { -word-consent }
landing-who = { $brand } ist eine { -word-provider-application } von { $legal }.
landing-purpose = Wozu
landing-next-title = Wie es weitergeht
landing-next-login = Sie melden sich an, damit wir wissen, um wessen { -word-mailbox } es geht.
landing-next-read = Sie lesen genau, was { $brand } sehen und tun wird und bis wann.
landing-next-decide = Sie stimmen zu oder lehnen ab. Vorher geschieht nichts.
landing-close = Sie haben das nicht verlangt? Dann schließen Sie diese Seite. Es geschieht nichts.

consent-title = { $brand } bittet um Ihre { -word-consent }
consent-who-title = Wer fragt
consent-who = <strong>{ $brand }</strong>, eine { -word-provider-application } von <strong>{ $legal }</strong>
consent-purpose = Wozu: { $purpose }
consent-may-title = Was { $brand } sehen und tun wird
consent-may-scope = Es geht um die { -word-message(form: "many") }, die jetzt da sind, und um die, die bis zum Enddatum ankommen.
action-list = die Liste der { -word-message(form: "many") } sehen: Betreff, Absender und Daten
action-read-content = { -word-message(form: "many") } und ihre { -word-attachment(form: "many") } lesen
action-mark-read = { -word-message(form: "many") } als gelesen kennzeichnen
action-synchronise = neue { -word-message(form: "many") } auch abholen, wenn Sie die { -word-provider-application } nicht nutzen
action-citizen-status = sehen, welche { -word-message(form: "many") } anderswo gelesen wurden
action-archive = { -word-message(form: "many") } ins { -word-archive } legen und herausholen
action-reply = { -word-message(form: "many") } beantworten, wenn der { -word-sender } es zulässt
consent-before = Sie haben { $brand } schon früher eine { -word-consent } gegeben, bis { $moment }. Was neu ist, ist gekennzeichnet.
consent-before-stays = Wo { $brand } schon lesen darf, gilt diese { -word-consent } weiter bis spätestens { $moment }, auch für das, was neu ist.
consent-new = neu
consent-not-title = Was { $brand } nicht sehen oder tun wird
consent-not-remove = { -word-message(form: "many") } löschen
consent-not-others = andere { -word-mailbox(form: "many") } sehen
consent-not-settings = die { -word-activation } ein- oder ausschalten oder jemand anderem eine { -word-consent } geben
consent-closed-title = Wenn die { -word-provider-application } geschlossen ist
consent-closed-choice = { $brand } darf neue { -word-message(form: "many") } abholen, wenn Sie die { -word-provider-application } nicht nutzen, aber nur, wenn Sie es unten erlauben.
consent-closed-no = { $brand } darf keine { -word-message(form: "many") } abholen, wenn Sie die { -word-provider-application } nicht nutzen.
consent-until-title = Bis wann
consent-until = Bis <strong>{ $moment }</strong>. Danach endet es von selbst.
consent-once = Einmal, innerhalb von <strong>15 Minuten</strong>, nachdem Sie zustimmen. Danach endet es von selbst.
consent-stop-title = Wie Sie es stoppen
consent-stop = Sie können jederzeit stoppen, ohne einen Grund zu nennen. Melden Sie sich hier an, gehen Sie zu „{ -word-consent(form: "Many") }“ und drücken Sie „Stoppen“. Ab dann kann { $brand } nichts mehr abholen.
consent-copies-title = Wie lange { $brand } Kopien behält
consent-copies = { $brand } sagt: „{ $text }“
consent-copies-stop = Das gilt, nachdem Sie stoppen, auch für schon Abgeholtes.
consent-decide-title = Ihre Entscheidung
consent-decide-who = Sie sind angemeldet als <strong>{ $person }</strong>.
consent-decide-for = { $holder ->
    [own] Sie entscheiden über <strong>Ihr eigenes { -word-mailbox }</strong>.
   *[other] Sie entscheiden über <strong>das { -word-mailbox } von { $name }</strong>.
}
consent-choose = Über welche { -word-mailbox(form: "many") } entscheiden Sie?
consent-choose-hint = Um zuzustimmen, wählen Sie mindestens eines.
consent-less-title = Weniger erlauben
consent-less-hint = Kreuzen Sie an, was { $brand } nicht tun darf.
consent-more-title = Mehr erlauben
consent-more-hint = Kreuzen Sie an, was { $brand } außerdem tun darf.
consent-senders-title = { -word-sender(form: "Many") } ausnehmen
consent-senders-hint = Kreuzen Sie an, wessen { -word-message(form: "many") } { $brand } nicht sehen darf.
consent-agree = Zustimmen
consent-refuse = Ablehnen
consent-after = Wie auch immer Sie wählen, danach kehren Sie zu { $brand } zurück.

outcome-agreed-title = Sie haben zugestimmt
outcome-agreed-text = { $brand } darf jetzt { -word-message(form: "many") } abholen. Sie können das jederzeit unter „{ -word-consent(form: "Many") }“ stoppen.
outcome-refused-title = Sie haben abgelehnt
outcome-refused-text = { $brand } erhält nichts. Sie müssen nichts weiter tun.
outcome-expired-title = Diese { -word-authorization-request } ist zu alt
outcome-expired-text = Es ist zu viel Zeit vergangen. Nichts wurde geändert. Gehen Sie zurück zu { $brand } und beginnen Sie dort neu.
outcome-browser-title = Machen Sie in Ihrem ersten Browser weiter
outcome-browser-text = Sie haben in einem anderen Browser oder auf einem anderen Gerät begonnen. Zu Ihrer Sicherheit wurde hier nichts geändert. Gehen Sie dorthin zurück, wo Sie begonnen haben, oder beginnen Sie in { $brand } neu.
outcome-fit-title = Sie haben kein { -word-mailbox } für diese { -word-authorization-request }
outcome-fit-text = Die { -word-authorization-request } von { $brand } betrifft eine Art { -word-mailbox }, die Sie nicht haben oder über die Sie nicht entscheiden dürfen. Nichts wurde geändert.
outcome-off-title = Die { -word-activation } bleibt ausgeschaltet
outcome-off-text = { $brand } kann { -word-message(form: "many") } nur abholen, solange die { -word-activation } eingeschaltet ist. Nichts wurde geändert. Sie können sie jederzeit einschalten.
outcome-person-title = Diese { -word-provider-application } erwartet jemand anderen
outcome-person-text = Sie sind nicht die Person, die { $brand } kennt. Es wurde nichts geändert, und { $brand } erfährt nicht, wer Sie sind.
outcome-grant-title = Diese { -word-authorization-request } betrifft Sie nicht
outcome-grant-text = { $brand } bezieht sich auf eine frühere { -word-consent } von jemand anderem oder auf eine, die beendet ist. Es wurde nichts geändert.
outcome-closed-title = { $brand } ist für Sie noch nicht geöffnet
outcome-closed-text = { $brand } wird noch erprobt und ist nur für eingeladene Personen geöffnet. Nichts wurde geändert. Fragen Sie { $brand }, wann die App für alle geöffnet wird.
outcome-back = Zurück zu { $brand }
outcome-consents = Ihre { -word-consent(form: "many") } ansehen
