# The words of specs/words.toml in this language; a test compares the two.

-word-mailbox = { $form ->
   *[one] Postfach
    [many] Postfächer
    [One] Postfach
    [Many] Postfächer
}

-word-activation = { $form ->
   *[one] digitale Post
    [many] digitale Post
    [One] Digitale Post
    [Many] Digitale Post
}

-word-sender = { $form ->
   *[one] Absender
    [many] Absender
    [One] Absender
    [Many] Absender
}

-word-provider = { $form ->
   *[one] Organisation
    [many] Organisationen
    [One] Organisation
    [Many] Organisationen
}

-word-provider-application = { $form ->
   *[one] App
    [many] Apps
    [One] App
    [Many] Apps
}

-word-own-software = { $form ->
   *[one] eigene Software
    [many] eigene Software
    [One] Eigene Software
    [Many] Eigene Software
}

-word-consent = { $form ->
   *[one] Zustimmung
    [many] Zustimmungen
    [One] Zustimmung
    [Many] Zustimmungen
}

-word-authorization-request = { $form ->
   *[one] Anfrage
    [many] Anfragen
    [One] Anfrage
    [Many] Anfragen
}

-word-partition = { $form ->
   *[one] Fach
    [many] Fächer
    [One] Fach
    [Many] Fächer
}

-word-publication = { $form ->
   *[one] Brief
    [many] Briefe
    [One] Brief
    [Many] Briefe
}

-word-message = { $form ->
   *[one] Nachricht
    [many] Nachrichten
    [One] Nachricht
    [Many] Nachrichten
}

-word-attachment = { $form ->
   *[one] Anhang
    [many] Anhänge
    [One] Anhang
    [Many] Anhänge
}

-word-retrieved = { $form ->
   *[one] abgeholt
    [many] abgeholt
    [One] Abgeholt
    [Many] Abgeholt
}

-word-read = { $form ->
   *[one] gelesen
    [many] gelesen
    [One] Gelesen
    [Many] Gelesen
}

-word-opened = { $form ->
   *[one] geöffnet
    [many] geöffnet
    [One] Geöffnet
    [Many] Geöffnet
}

-word-withdrawn = { $form ->
   *[one] zurückgezogen
    [many] zurückgezogen
    [One] Zurückgezogen
    [Many] Zurückgezogen
}

-word-change = { $form ->
   *[one] Änderung
    [many] Änderungen
    [One] Änderung
    [Many] Änderungen
}

-word-evidence = { $form ->
   *[one] Nachweis
    [many] Nachweise
    [One] Nachweis
    [Many] Nachweise
}

-word-archive = { $form ->
   *[one] Archiv
    [many] Archive
    [One] Archiv
    [Many] Archive
}

-word-reply = { $form ->
   *[one] Antwort
    [many] Antworten
    [One] Antwort
    [Many] Antworten
}
