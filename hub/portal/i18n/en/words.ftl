# The words of specs/words.toml in this language; a test compares the two.

-word-mailbox = { $form ->
   *[one] mailbox
    [many] mailboxes
    [One] Mailbox
    [Many] Mailboxes
}

-word-activation = { $form ->
   *[one] digital mail
    [many] digital mail
    [One] Digital mail
    [Many] Digital mail
}

-word-sender = { $form ->
   *[one] sender
    [many] senders
    [One] Sender
    [Many] Senders
}

-word-provider = { $form ->
   *[one] organisation
    [many] organisations
    [One] Organisation
    [Many] Organisations
}

-word-provider-application = { $form ->
   *[one] app
    [many] apps
    [One] App
    [Many] Apps
}

-word-own-software = { $form ->
   *[one] own software
    [many] own software
    [One] Own software
    [Many] Own software
}

-word-consent = { $form ->
   *[one] permission
    [many] permissions
    [One] Permission
    [Many] Permissions
}

-word-authorization-request = { $form ->
   *[one] request
    [many] requests
    [One] Request
    [Many] Requests
}

-word-partition = { $form ->
   *[one] section
    [many] sections
    [One] Section
    [Many] Sections
}

-word-publication = { $form ->
   *[one] letter
    [many] letters
    [One] Letter
    [Many] Letters
}

-word-message = { $form ->
   *[one] message
    [many] messages
    [One] Message
    [Many] Messages
}

-word-attachment = { $form ->
   *[one] attachment
    [many] attachments
    [One] Attachment
    [Many] Attachments
}

-word-retrieved = { $form ->
   *[one] collected
    [many] collected
    [One] Collected
    [Many] Collected
}

-word-read = { $form ->
   *[one] read
    [many] read
    [One] Read
    [Many] Read
}

-word-opened = { $form ->
   *[one] opened
    [many] opened
    [One] Opened
    [Many] Opened
}

-word-withdrawn = { $form ->
   *[one] withdrawn
    [many] withdrawn
    [One] Withdrawn
    [Many] Withdrawn
}

-word-change = { $form ->
   *[one] change
    [many] changes
    [One] Change
    [Many] Changes
}

-word-evidence = { $form ->
   *[one] proof
    [many] proofs
    [One] Proof
    [Many] Proofs
}

-word-archive = { $form ->
   *[one] archive
    [many] archives
    [One] Archive
    [Many] Archives
}

-word-reply = { $form ->
   *[one] reply
    [many] replies
    [One] Reply
    [Many] Replies
}
