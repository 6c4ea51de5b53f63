# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Your { -word-consent(form: "many") }
   *[enterprise] { -word-consent(form: "Many") } for { $name }
}
consents-lead = These { -word-provider-application(form: "many") } may collect { -word-message(form: "many") } from { $holder ->
    [own] your { -word-mailbox }
   *[enterprise] the { -word-mailbox } of { $name }
}. You can stop each one at any time.
consents-none = No { -word-provider-application } may collect your { -word-message(form: "many") }.
consents-none-how = You give a { -word-consent } from the { -word-provider-application } itself. We then ask you here whether you agree.
consents-live-title = In use
consents-sentence = { $by ->
    [you] You have authorised <strong>{ $brand }</strong> to collect { $holder ->
        [own] your { -word-message(form: "many") }
       *[enterprise] the { -word-message(form: "many") } of { $name }
    }.
   *[other] { $person } has authorised <strong>{ $brand }</strong> to collect the { -word-message(form: "many") } of { $name }.
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
    [one] One { -word-sender } is left out.
   *[other] { $count } { -word-sender(form: "many") } are left out.
}
consents-less = Allow { $brand } less
consents-stop-whom = Stop { $brand }
consents-stop-hint = It stops at once. { $brand } keeps what it has already collected.
consents-ended-title = Ended
consents-ended-on = Ended on
consents-ended-how = { $how ->
    [citizen] { $holder ->
        [own] You stopped it.
       *[enterprise] A representative of { $name } stopped it.
    }
    [provider] { $brand } stopped it.
    [expired] The end date was reached.
    [superseded] You gave { $brand } a new { -word-consent }.
    [withdrawn] { -word-activation(form: "One") } was turned off.
    [operator] We stopped it.
    [mandate] The person who gave it no longer represents { $name }.
    [unclaimed] { $brand } did not use it in time.
    [forsaken] It stood still, and nobody let it go on within 30 days.
    [refused] You refused.
    [timedout] You did not decide in time.
   *[removed] We stopped { $brand }, because it may no longer collect { -word-message(form: "many") } here.
}

consent-ended-title = { $brand } has been stopped
consent-ended-text = { $brand } can no longer collect your { -word-message(form: "many") }. This applies from { $moment }.
consent-ended-kept = { $brand } keeps what it collected before, for as long as it told you when you agreed. Ask { $legal } if you want that removed.
consent-ended-number = Number of this { -word-consent }:
consent-ended-next = Back to your { -word-consent(form: "many") }

less-title = Allow { $brand } less
less-lead = Tick what { $brand } may no longer do or see. The rest stays as it is.
less-actions = No longer allowed
less-senders = { -word-message(form: "Many") } of these { -word-sender(form: "many") } no longer visible
less-already = Already left out
less-note = It applies at once. { $brand } keeps what it has already collected.
less-more = Do you want to allow more again? Begin in { $brand } itself: we then ask you here.
less-save = Save
less-back = Back without changing
