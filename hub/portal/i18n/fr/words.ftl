# The words of specs/words.toml in this language; a test compares the two.

-word-mailbox = { $form ->
   *[one] boîte aux lettres
    [many] boîtes aux lettres
    [One] Boîte aux lettres
    [Many] Boîtes aux lettres
}

-word-activation = { $form ->
   *[one] courrier numérique
    [many] courriers numériques
    [One] Courrier numérique
    [Many] Courriers numériques
}

-word-sender = { $form ->
   *[one] expéditeur
    [many] expéditeurs
    [One] Expéditeur
    [Many] Expéditeurs
}

-word-provider = { $form ->
   *[one] organisation
    [many] organisations
    [One] Organisation
    [Many] Organisations
}

-word-provider-application = { $form ->
   *[one] application
    [many] applications
    [One] Application
    [Many] Applications
}

-word-own-software = { $form ->
   *[one] logiciel de l’entreprise
    [many] logiciels de l’entreprise
    [One] Logiciel de l’entreprise
    [Many] Logiciels de l’entreprise
}

-word-consent = { $form ->
   *[one] autorisation
    [many] autorisations
    [One] Autorisation
    [Many] Autorisations
}

-word-authorization-request = { $form ->
   *[one] demande
    [many] demandes
    [One] Demande
    [Many] Demandes
}

-word-partition = { $form ->
   *[one] compartiment
    [many] compartiments
    [One] Compartiment
    [Many] Compartiments
}

-word-publication = { $form ->
   *[one] courrier
    [many] courriers
    [One] Courrier
    [Many] Courriers
}

-word-message = { $form ->
   *[one] message
    [many] messages
    [One] Message
    [Many] Messages
}

-word-attachment = { $form ->
   *[one] pièce jointe
    [many] pièces jointes
    [One] Pièce jointe
    [Many] Pièces jointes
}

-word-retrieved = { $form ->
   *[one] récupéré
    [many] récupérés
    [One] Récupéré
    [Many] Récupérés
}

-word-read = { $form ->
   *[one] lu
    [many] lus
    [One] Lu
    [Many] Lus
}

-word-opened = { $form ->
   *[one] ouvert
    [many] ouverts
    [One] Ouvert
    [Many] Ouverts
}

-word-withdrawn = { $form ->
   *[one] retiré
    [many] retirés
    [One] Retiré
    [Many] Retirés
}

-word-change = { $form ->
   *[one] changement
    [many] changements
    [One] Changement
    [Many] Changements
}

-word-evidence = { $form ->
   *[one] preuve
    [many] preuves
    [One] Preuve
    [Many] Preuves
}

-word-archive = { $form ->
   *[one] archives
    [many] archives
    [One] Archives
    [Many] Archives
}

-word-reply = { $form ->
   *[one] réponse
    [many] réponses
    [One] Réponse
    [Many] Réponses
}
