# Logging in and out.

login-title = Anmelden
login-lead = Um diese Seite zu sehen, müssen Sie sich anmelden.
login-how = Sie gehen zum Anmeldedienst, den Sie für alle Behörden nutzen. Danach kommen Sie hierher zurück.
login-safe-title = Ihre Nummer bleibt bei uns
login-safe = Wir nutzen Ihre Nationalregisternummer nur, um Ihr { -word-mailbox } zu finden. Wir geben sie nie an eine { -word-provider-application } weiter.
login-continue = Weiter zur Anmeldung
login-again = Erneut versuchen

login-assurance-title = Bitte melden Sie sich mit einem stärkeren Mittel an
login-assurance-text = Das Mittel, das Sie benutzt haben, ist für amtliche Post nicht stark genug. Versuchen Sie es erneut, zum Beispiel mit Ihrem Personalausweis und PIN oder mit einer App auf Ihrem Telefon.
login-cancelled-title = Sie sind nicht angemeldet
login-cancelled-text = Sie haben vor dem Ende aufgehört. Nichts wurde geändert.
login-identity-title = Wir wissen nicht, wer Sie sind
login-identity-text = Der Anmeldedienst hat uns keine gültige Nationalregisternummer gegeben. Ohne sie finden wir Ihr { -word-mailbox } nicht.
login-acting-title = Sie können sich hier im Moment nicht anmelden
login-acting-text = Vielleicht darf hier jemand anderes für Sie handeln. Haben Sie Fragen, oder meinen Sie, dass das nicht stimmt? Wenden Sie sich an uns und nennen Sie die Referenz unten.
login-elsewhere-title = Machen Sie dort weiter, wo Sie begonnen haben
login-elsewhere-text = Sie haben die Anmeldung in einem anderen Browser oder einer anderen App begonnen. Zu Ihrer Sicherheit geht es hier nicht weiter. Nichts wurde geändert. Gehen Sie dorthin zurück, wo Sie begonnen haben, und melden Sie sich dort neu an. Klappt das nicht? Dann öffnen Sie den Browser, den Sie immer nutzen, und beginnen Sie dort neu.
login-expired-title = Die Anmeldung hat zu lange gedauert
login-expired-text = Zu Ihrer Sicherheit ist die Zeit für die Anmeldung begrenzt. Bitte beginnen Sie neu.
login-unavailable-title = Sie können sich im Moment nicht anmelden
login-unavailable-text = Der Anmeldedienst antwortet nicht. Das liegt nicht an Ihnen. Bitte versuchen Sie es in einigen Minuten erneut.

logged-out-title = Sie sind abgemeldet
logged-out-text = Teilen Sie diesen Computer mit anderen? Dann schließen Sie auch den Browser.
