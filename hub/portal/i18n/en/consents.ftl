# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Your { -word-consent(form: "many") }
    [earlier] { -word-consent(form: "Many") } for your { -word-mailbox } under an earlier number
   *[other] { -word-consent(form: "Many") } for { $name }
}
consents-lead = These { -word-provider-application(form: "many") } may collect { -word-message(form: "many") } from { $holder ->
    [own] your { -word-mailbox }
    [earlier] your { -word-mailbox } under an earlier number
   *[other] the { -word-mailbox } of { $name }
}.
consents-lead-stop = You can stop each one at any time.
consents-reads-only = You can only read here. Whoever decides for { $name } can stop a { -word-consent } or allow less.
consents-none = No { -word-provider-application } may collect { $holder ->
    [own] your { -word-message(form: "many") }
    [earlier] { -word-message(form: "many") } from your { -word-mailbox } under an earlier number
   *[other] the { -word-message(form: "many") } of { $name }
}.
consents-none-how = You give a { -word-consent } from the { -word-provider-application } itself. We then ask you here whether you agree.
consents-live-title = In use
consents-sentence = { $by ->
    [you] You have authorised <strong>{ $brand }</strong> to collect { $holder ->
        [own] your { -word-message(form: "many") }
        [earlier] the { -word-message(form: "many") } under your earlier number
       *[other] the { -word-message(form: "many") } of { $name }
    }.
   *[other] { $person } has authorised <strong>{ $brand }</strong> to collect { $holder ->
        [own] your { -word-message(form: "many") }
        [earlier] the { -word-message(form: "many") } under your earlier number
       *[other] the { -word-message(form: "many") } of { $name }
    }.
}
consents-representative = A representative
consents-legal = { $brand } is an { -word-provider-application } of { $legal }.
consents-may = It may:
consents-granted = Given on
consents-asked = Asked on
consents-until = Ends on
consents-last-read = Last collected
consents-never-read = Not yet
consents-withheld = { $count ->
    [one] One { -word-sender } is left out: { $senders }.
   *[other] { $count } { -word-sender(form: "many") } are left out: { $senders }.
}
consents-paused = We have paused this { -word-provider-application } for everybody since { $date }. It collects nothing now.
consents-less = Allow { $brand } less
consents-stop-whom = Stop { $brand }
consents-stop-hint = It stops at once. { $brand } keeps what it has already collected.
consents-software-title = { -word-own-software(form: "Many") }
consents-software-sentence = { $by ->
    [you] You registered <strong>{ $brand }</strong>, a system of { $name } itself that reads this { -word-mailbox }.
   *[other] { $person } registered <strong>{ $brand }</strong>, a system of { $name } itself that reads this { -word-mailbox }.
}
consents-software-register = Let a system of { $name } itself read this { -word-mailbox }
consents-still-title = Paused
consents-still-why = { $why ->
    [deceased] The person who gave it has died.
    [incapable] The person who gave it cannot act at the moment.
    [closed] This { -word-mailbox } has been closed.
    [merged] { $by ->
        [you] Two numbers of yours were joined into one.
       *[other] Two numbers of the person who gave it were joined into one.
    }
   *[roleEnded] { $holder ->
        [own] The person who gave it no longer represents you.
        [earlier] The person who gave it no longer represents you.
       *[other] The person who gave it no longer represents { $name }.
    }
}
consents-still-nothing = { $brand } collects nothing now.
consents-still-since = Paused on
consents-still-until = Can go on until
consents-still-resume = Let { $brand } go on
consents-ended-title = Ended
consents-ended-on = Ended on
consents-ended-how = { $how ->
    [citizen] { $by ->
        [you] You stopped it.
        [unsaid] It was stopped from the { -word-mailbox }.
       *[other] { $person } stopped it.
    }
    [provider] { $brand } stopped it.
    [expired] The end date was reached.
    [superseded] { $by ->
        [you] You gave { $brand } a new { -word-consent }.
       *[other] { $brand } was given a new { -word-consent }.
    }
    [withdrawn] { -word-activation(form: "One") } was turned off.
    [operator] We stopped it.
    [mandate] { $holder ->
        [own] The person who gave it no longer represents you.
        [earlier] The person who gave it no longer represents you.
        [unsaid] The person who gave it no longer represents the holder of the { -word-mailbox }.
       *[other] The person who gave it no longer represents { $name }.
    }
    [unclaimed] { $brand } did not use it in time.
    [forsaken] It stood still, and nobody let it go on within 30 days.
    [refused] { $by ->
        [you] You refused.
       *[other] It was refused.
    }
    [timedout] There was no decision in time.
   *[removed] We stopped { $brand }, because it may no longer collect { -word-message(form: "many") } here.
}

consent-ended-title = { $brand } has been stopped
consent-ended-text = { $brand } can no longer collect { $holder ->
    [own] your { -word-message(form: "many") }
    [earlier] { -word-message(form: "many") } from your { -word-mailbox } under an earlier number
   *[other] the { -word-message(form: "many") } of { $name }
}. This applies from { $moment }.
consent-ended-kept = { $brand } keeps what it collected before, for as long as it told you when you agreed. Ask { $legal } if you want that removed.
consent-ended-software = What it collected before stays with the enterprise.
consent-ended-number = Number of this { -word-consent }:
consent-ended-next = Back to the { -word-consent(form: "many") }

resume-title = Let { $brand } go on?
resume-who-title = What it is about
resume-may-title = What it will see and do
resume-yours = From then on it counts as given by you.
resume-stop = You can stop it at any time.
resume-otherwise = If nobody lets it go on before { $moment }, it ends by itself.
resume-on = Let it go on
resume-keep = Leave it paused

resumed-title = { $brand } is in use
resumed-text = { $brand } may collect { -word-message(form: "many") } until { $moment }. You can stop it at any time.

less-title = Allow { $brand } less
less-lead = Tick what { $brand } may no longer do or see. The rest stays as it is.
less-actions = No longer allowed
less-senders = { -word-message(form: "Many") } of these { -word-sender(form: "many") } no longer visible
less-already = Already left out
less-note = It applies at once. { $brand } keeps what it has already collected.
less-more = Do you want to allow more again? Begin in { $brand } itself: we then ask you here.
less-save = Save
less-back = Back without changing
