# The words of specs/words.toml in this language; a test compares the two.

-word-mailbox = { $form ->
   *[one] brievenbus
    [many] brievenbussen
    [One] Brievenbus
    [Many] Brievenbussen
}

-word-activation = { $form ->
   *[one] digitale post
    [many] digitale post
    [One] Digitale post
    [Many] Digitale post
}

-word-sender = { $form ->
   *[one] afzender
    [many] afzenders
    [One] Afzender
    [Many] Afzenders
}

-word-provider = { $form ->
   *[one] organisatie
    [many] organisaties
    [One] Organisatie
    [Many] Organisaties
}

-word-provider-application = { $form ->
   *[one] app
    [many] apps
    [One] App
    [Many] Apps
}

-word-own-software = { $form ->
   *[one] eigen software
    [many] eigen software
    [One] Eigen software
    [Many] Eigen software
}

-word-consent = { $form ->
   *[one] toestemming
    [many] toestemmingen
    [One] Toestemming
    [Many] Toestemmingen
}

-word-authorization-request = { $form ->
   *[one] vraag
    [many] vragen
    [One] Vraag
    [Many] Vragen
}

-word-partition = { $form ->
   *[one] vak
    [many] vakken
    [One] Vak
    [Many] Vakken
}

-word-publication = { $form ->
   *[one] brief
    [many] brieven
    [One] Brief
    [Many] Brieven
}

-word-message = { $form ->
   *[one] bericht
    [many] berichten
    [One] Bericht
    [Many] Berichten
}

-word-attachment = { $form ->
   *[one] bijlage
    [many] bijlagen
    [One] Bijlage
    [Many] Bijlagen
}

-word-retrieved = { $form ->
   *[one] opgehaald
    [many] opgehaald
    [One] Opgehaald
    [Many] Opgehaald
}

-word-read = { $form ->
   *[one] gelezen
    [many] gelezen
    [One] Gelezen
    [Many] Gelezen
}

-word-opened = { $form ->
   *[one] geopend
    [many] geopend
    [One] Geopend
    [Many] Geopend
}

-word-withdrawn = { $form ->
   *[one] ingetrokken
    [many] ingetrokken
    [One] Ingetrokken
    [Many] Ingetrokken
}

-word-change = { $form ->
   *[one] wijziging
    [many] wijzigingen
    [One] Wijziging
    [Many] Wijzigingen
}

-word-evidence = { $form ->
   *[one] bewijs
    [many] bewijzen
    [One] Bewijs
    [Many] Bewijzen
}

-word-archive = { $form ->
   *[one] archief
    [many] archieven
    [One] Archief
    [Many] Archieven
}

-word-reply = { $form ->
   *[one] antwoord
    [many] antwoorden
    [One] Antwoord
    [Many] Antwoorden
}
