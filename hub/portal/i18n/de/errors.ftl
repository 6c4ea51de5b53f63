# What went wrong, in plain words, and what to do about it.

error-trace = Referenz:
error-trace-hint = Bitten Sie um Hilfe? Dann nennen Sie diese Referenz.

error-not-found-title = Wir haben diese Seite nicht gefunden
error-not-found-text = Vielleicht stimmt die Adresse nicht, oder die { -word-message } ist abgelaufen und wurde gelöscht.
error-session-title = Sie wurden abgemeldet
error-session-text = Sie haben hier eine Weile nichts getan. Zu Ihrer Sicherheit haben wir Sie abgemeldet. Melden Sie sich neu an, um weiterzumachen.
error-forbidden-title = Das dürfen Sie hier nicht tun
error-forbidden-text = Sie haben nicht das Recht, dies mit dem geöffneten { -word-mailbox } zu tun. Vielleicht dürfen Sie darin nur lesen. Nichts wurde geändert.
error-form-title = Wir haben das nicht ausgeführt
error-form-text = Die gesendete Seite war zu alt oder kam nicht von dieser Website. Nichts wurde geändert. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-input-title = Das haben wir nicht verstanden
error-input-text = Etwas in der Adresse oder im Formular stimmt nicht. Nichts wurde geändert.
error-choice-title = Sie haben kein { -word-mailbox } gewählt
error-choice-text = Um zuzustimmen, wählen Sie, um welches { -word-mailbox } es geht. Nichts wurde geändert. Gehen Sie zurück und wählen Sie eines.
error-request-title = Dieser Link funktioniert nicht
error-request-text = Die { -word-provider-application } hat Sie mit einem Link hierher geschickt, der falsch, zu alt oder schon benutzt ist. Nichts wurde geändert. Gehen Sie zurück zur { -word-provider-application } und beginnen Sie dort neu.
error-busy-title = Es ist gerade viel los
error-busy-text = Bitte warten Sie eine Minute und versuchen Sie es erneut. Nichts wurde geändert.
error-server-title = Bei uns ist etwas schiefgegangen
error-server-text = Das liegt nicht an Ihnen. Wir haben festgehalten, was geschehen ist. Bitte versuchen Sie es später erneut.
