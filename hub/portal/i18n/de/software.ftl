# An enterprise's own software: what it is, registering it, what was wrong, what comes next.

software-tag = { -word-own-software(form: "One") }
software-title = Ein System von { $name } dieses { -word-mailbox } lesen lassen
software-lead = Ein System von { $name } selbst, zum Beispiel für die Buchhaltung, kann dieses { -word-mailbox } lesen, ohne eine { -word-provider-application } dazwischen.
software-may = Es sieht die Liste der { -word-message(form: "many") }, liest { -word-message(form: "many") } und ihre { -word-attachment(form: "many") }, kennzeichnet sie als gelesen, legt sie ins { -word-archive } und beantwortet sie.
software-what-only = Es liest nur dieses { -word-mailbox } und darf { -word-message(form: "many") } als gelesen kennzeichnen.
software-what-known = Wir erkennen es an seinem Zertifikat, das Sie unten einfügen. Der private Schlüssel bleibt bei Ihnen.
software-what-until = Es darf höchstens 12 Monate lesen. Sie können es jederzeit stoppen, neben den { -word-consent(form: "many") }.
software-what-log = Was es liest, steht in der Liste derer, die in dieses { -word-mailbox } gesehen haben.
software-what-role = Vertreten Sie { $name } nicht mehr, so ruht es, bis jemand, der das tut, es weiterlaufen lässt.
software-name = Name des Systems
software-name-hint = Damit Sie und andere es erkennen. Höchstens 60 Zeichen.
software-certificate = Zertifikat
software-certificate-hint = Öffnen Sie die Datei des Zertifikats als Text und fügen Sie alles ein, ab „-----BEGIN CERTIFICATE-----“. Sind es mehrere, kommt das des Systems selbst zuerst. Fügen Sie nie einen privaten Schlüssel ein.
software-register = Registrieren
software-back = Zurück, ohne zu registrieren
software-refused-title = Nicht registriert
software-refused = { $why ->
    [name] Geben Sie dem System einen Namen von 1 bis 60 Zeichen.
    [key] Sie haben einen privaten Schlüssel eingefügt. Wir haben ihn nicht aufbewahrt, aber ein privater Schlüssel darf Ihr System nie verlassen. Benutzen Sie ihn nicht mehr: Lassen Sie einen neuen Schlüssel und ein neues Zertifikat machen und fügen Sie hier nur das Zertifikat ein.
    [none] Wir haben im Text kein Zertifikat gefunden. Fügen Sie alles ein, von „-----BEGIN CERTIFICATE-----“ bis „-----END CERTIFICATE-----“.
    [expired] Das Zertifikat ist abgelaufen. Beantragen Sie ein neues und fügen Sie dieses ein.
    [early] Das Zertifikat ist noch nicht gültig. Versuchen Sie es erneut, wenn es gilt.
    [usage] Das Zertifikat ist nicht für ein System gemacht, das sich bei einem anderen ausweist. Beantragen Sie eines mit der Verwendung „clientAuth“. Haben Sie mehrere eingefügt, muss das des Systems selbst zuerst kommen.
    [revoked] Das Zertifikat wurde widerrufen. Beantragen Sie ein neues und fügen Sie dieses ein.
    [unknown] Wir können zurzeit nicht feststellen, ob das Zertifikat widerrufen wurde. Bitte versuchen Sie es später erneut.
    [environment] Das Zertifikat ist für eine andere Umgebung als diese bestimmt.
    [large] Was Sie eingefügt haben, ist größer, als ein Zertifikat sein darf. Fügen Sie höchstens vier Zertifikate ein.
    [role] Das Zertifikat ist für etwas anderes als { -word-own-software } eines Unternehmens bestimmt.
    [organization] Das Zertifikat gehört einer anderen Organisation und nicht { $name }.
    [registered] Dieses Zertifikat ist schon registriert. Jedes System braucht sein eigenes.
   *[issuer] Das Zertifikat stammt nicht von einer Stelle, der wir für { -word-own-software } vertrauen. Gibt es Zertifikate dazwischen, fügen Sie diese unter dem des Systems ein.
}
software-done-title = { $brand } ist registriert
software-done-text = Es darf das { -word-mailbox } von { $name } bis { $moment } lesen.
software-next-title = Wie es weitergeht
software-next = Geben Sie dies an die Person weiter, die das System einrichtet.
software-id = Kennung
software-next-begin = Wo es Zugang erhält
software-next-read = Wie es { -word-message(form: "many") } liest
software-done-beside = Es steht jetzt neben Ihren { -word-consent(form: "many") }. Dort können Sie es jederzeit stoppen.
