# An enterprise's own software: what it is, registering it, what was wrong, what comes next.

software-tag = { -word-own-software(form: "One") }
software-title = Let a system of { $name } read this { -word-mailbox }
software-lead = A system of { $name } itself, for bookkeeping for example, can read this { -word-mailbox } without an { -word-provider-application } in between.
software-may = It sees the list of { -word-message(form: "many") }, reads { -word-message(form: "many") } and their { -word-attachment(form: "many") }, marks them as read, moves them to the { -word-archive } and answers them.
software-what-only = It reads this { -word-mailbox } only, and may mark { -word-message(form: "many") } as read.
software-what-known = We know it by its certificate, which you paste below. The private key stays with you.
software-what-until = It may read for 12 months at most. You can stop it at any time, beside the { -word-consent(form: "many") }.
software-what-log = What it reads stands in the list of who looked into this { -word-mailbox }.
software-what-role = When you no longer represent { $name }, it is paused until somebody who does lets it go on.
software-name = Name of the system
software-name-hint = So that you and others recognise it. At most 60 characters.
software-certificate = Certificate
software-certificate-hint = Open the file of the certificate as text and paste all of it, from “-----BEGIN CERTIFICATE-----” on. If there are several, the system’s own comes first. Never paste a private key.
software-register = Register
software-back = Back without registering
software-refused-title = Not registered
software-refused = { $why ->
    [name] Give the system a name of 1 to 60 characters.
    [key] You pasted a private key. We did not keep it, but a private key must never leave your system. Do not use it any more: have a new key and a new certificate made, and paste only the certificate here.
    [none] We found no certificate in the text. Paste all of it, from “-----BEGIN CERTIFICATE-----” to “-----END CERTIFICATE-----”.
    [expired] The certificate has expired. Ask for a new one and paste that.
    [early] The certificate is not valid yet. Try again when it is.
    [usage] The certificate is not meant for a system that makes itself known to another. Ask for one with the use “clientAuth”. If you pasted several, the system’s own must come first.
    [revoked] The certificate was revoked. Ask for a new one and paste that.
    [unknown] We cannot find out at the moment whether the certificate was revoked. Please try again later.
    [environment] The certificate is meant for another environment than this one.
    [large] What you pasted is larger than a certificate may be. Paste at most four certificates.
    [role] The certificate is meant for something else than { -word-own-software } of an enterprise.
    [organization] The certificate is another organisation’s and not that of { $name }.
    [registered] This certificate is registered already. Each system needs its own.
   *[issuer] The certificate was not issued by an authority that we trust for { -word-own-software }. If there are certificates between, paste them below the system’s own.
}
software-done-title = { $brand } is registered
software-done-text = It may read the { -word-mailbox } of { $name } until { $moment }.
software-next-title = What comes next
software-next = Pass this on to whoever sets up the system.
software-id = Identifier
software-next-begin = Where it gets access
software-next-read = How it reads { -word-message(form: "many") }
software-done-beside = It now stands beside your { -word-consent(form: "many") }. There you can stop it at any time.
