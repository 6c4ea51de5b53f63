# Proofs: the lists on pages, and the sheet that carries one.

proofs-title = { -word-evidence(form: "Many") }
proofs-hint = We sealed what happened to this { -word-message }. Anyone can check that, also without us.
proofs-of = { $count ->
    [one] { $count } { -word-evidence } about { $brand }
   *[other] { $count } { -word-evidence(form: "many") } about { $brand }
}
proofs-fact = { $kind ->
    [published] The { -word-sender } handed the { -word-message } over to us
    [madeAvailable] The { -word-message } was put into the { -word-mailbox }
    [refused] The { -word-message } was not delivered
    [retrieved] An { -word-provider-application } { -word-retrieved } the { -word-message } for the first time
    [opened] A person { -word-opened } the { -word-message } for the first time
    [expired] The { -word-message } was removed because its time was over
    [withdrawn] The { -word-sender } withdrew the { -word-message } while nobody was known to have { -word-opened } it
    [granted] { -word-consent(form: "One") } given
    [renewed] { -word-consent(form: "One") } renewed
    [widened] { -word-consent(form: "One") } extended
    [narrowed] { -word-consent(form: "One") } limited
    [suspended] { -word-consent(form: "One") } paused
    [resumed] { -word-consent(form: "One") } in use again
   *[ended] { -word-consent(form: "One") } ended
}
proofs-opening = What is hidden in it
proofs-opening-hint = A { -word-evidence } does not say whose it is. “What is hidden in it” shows that, and what else is kept covered, to whoever checks the { -word-evidence }: give that file only to people who may know.
proofs-link = See the { -word-evidence(form: "many") } about { -word-message(form: "many") }, also removed ones
proofs-messages = { $holder ->
    [own] { -word-evidence(form: "Many") } about your { -word-message(form: "many") }
    [earlier] { -word-evidence(form: "Many") } about your { -word-message(form: "many") } under an earlier number
   *[other] { -word-evidence(form: "Many") } about the { -word-message(form: "many") } of { $name }
}
proofs-messages-lead = We sealed what happened to every { -word-message }. The { -word-evidence(form: "many") } stay here when the { -word-message } itself is removed. Anyone can check them, also without us.
proofs-back = Back to the { -word-mailbox }
proofs-next = Earlier
proofs-first = Latest
proofs-none = There are no { -word-evidence(form: "many") } yet.
proofs-sender-gone = A { -word-sender } that is no longer registered

proof-title = { $about ->
    [message] { -word-evidence(form: "One") } about a { -word-message }
   *[consent] { -word-evidence(form: "One") } about a { -word-consent }
}
proof-issuer = Stated by
proof-sealed = Sealed on
proof-stamped = Time-stamped on
proof-key = Key
proof-message-number = Number of the { -word-message }
proof-sender-number = Enterprise number of the { -word-sender }
proof-content = Content
proof-app = { -word-provider-application(form: "One") }
proof-may = It may
proof-consent-number = Number of the { -word-consent }
proof-check = This file contains { $file }, in which we sealed the facts above. It can be checked with “facteur verify”, or with any program that knows JSON Web Signature, and with our public keys: { $address }. Keep those keys with this file: then it can be checked for good, also without us and also after we have changed keys.
proof-seal = The seal is an advanced electronic seal. It is not a qualified one.
proof-foot = Facteur, { -word-evidence } in the matter { $matter }
