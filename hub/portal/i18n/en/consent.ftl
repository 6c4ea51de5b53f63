# An app asks for permission: the landing page, the screen, the outcome. What the screen says is kept with the
# decision: whoever changes it changes TEXT_VERSION too.

landing-title = { $brand } asks for your { -word-consent }
landing-who = { $brand } is an { -word-provider-application } of { $legal }.
landing-purpose = What for
landing-next-title = What happens next
landing-next-login = You log in, so that we know whose { -word-mailbox } it is about.
landing-next-read = You read exactly what { $brand } will see and do, and until when.
landing-next-decide = You agree or refuse. Nothing happens before that.
landing-close = You did not ask for this? Then close this page. Nothing happens.

consent-title = { $brand } asks for your { -word-consent }
consent-who-title = Who asks
consent-who = <strong>{ $brand }</strong>, an { -word-provider-application } of <strong>{ $legal }</strong>
consent-purpose = What for: { $purpose }
consent-may-title = What { $brand } will see and do
consent-may-scope = This is about the { -word-message(form: "many") } that are there now and those that arrive until the end date.
action-list = see the list of { -word-message(form: "many") }: subject, sender and dates
action-read-content = read { -word-message(form: "many") } and their { -word-attachment(form: "many") }
action-mark-read = mark { -word-message(form: "many") } as read
action-synchronise = collect new { -word-message(form: "many") } also when you are not using the { -word-provider-application }
action-citizen-status = see which { -word-message(form: "many") } were read elsewhere
action-archive = move { -word-message(form: "many") } to the { -word-archive } and back
action-reply = answer { -word-message(form: "many") } where the { -word-sender } accepts that
consent-before = You gave { $brand } { -word-consent } before, until { $moment }. What is new is marked.
consent-before-stays = Where { $brand } may read already, this { -word-consent } goes on until { $moment } at the latest, also for what is new.
consent-new = new
consent-not-title = What { $brand } will not see or do
consent-not-remove = remove { -word-message(form: "many") }
consent-not-others = see other { -word-mailbox(form: "many") }
consent-not-settings = turn { -word-activation } on or off, or give anyone else { -word-consent }
consent-closed-title = When the { -word-provider-application } is closed
consent-closed-choice = { $brand } may collect new { -word-message(form: "many") } when you are not using the { -word-provider-application }, but only if you allow it below.
consent-closed-no = { $brand } may not collect { -word-message(form: "many") } when you are not using the { -word-provider-application }.
consent-until-title = Until when
consent-until = Until <strong>{ $moment }</strong>. Then it ends by itself.
consent-once = Once, within <strong>15 minutes</strong> after you agree. Then it ends by itself.
consent-stop-title = How to stop
consent-stop = You can stop at any time, without giving a reason. Log in here, go to “{ -word-consent(form: "Many") }” and press “Stop”. From that moment { $brand } can collect nothing more.
consent-copies-title = How long { $brand } keeps copies
consent-copies = { $brand } says: “{ $text }”
consent-copies-stop = This also applies, after you stop, to what it already has.
consent-decide-title = Your decision
consent-decide-who = You are logged in as <strong>{ $person }</strong>.
consent-decide-for = { $holder ->
    [own] You decide about <strong>your own { -word-mailbox }</strong>.
   *[other] You decide about <strong>the { -word-mailbox } of { $name }</strong>.
}
consent-choose = Which { -word-mailbox(form: "many") } do you decide about?
consent-choose-hint = To agree, choose at least one.
consent-less-title = Allow less
consent-less-hint = Tick what { $brand } may not do.
consent-more-title = Allow more
consent-more-hint = Tick what { $brand } may do besides.
consent-senders-title = Leave { -word-sender(form: "many") } out
consent-senders-hint = Tick whose { -word-message(form: "many") } { $brand } may not see.
consent-agree = Agree
consent-refuse = Refuse
consent-after = Whatever you choose, you then go back to { $brand }.

outcome-agreed-title = You agreed
outcome-agreed-text = { $brand } may now collect { -word-message(form: "many") }. You can stop this at any time under “{ -word-consent(form: "Many") }”.
outcome-refused-title = You refused
outcome-refused-text = { $brand } gets nothing. You need not do anything else.
outcome-expired-title = This { -word-authorization-request } is too old
outcome-expired-text = Too much time went by. Nothing was changed. Go back to { $brand } and begin again there.
outcome-browser-title = Go on in your first browser
outcome-browser-text = You began this in another browser or on another device. For your safety nothing was changed here. Go back to where you began, or begin again in { $brand }.
outcome-fit-title = You have no { -word-mailbox } for this { -word-authorization-request }
outcome-fit-text = { $brand } asks about a kind of { -word-mailbox } that you do not have, or may not decide about. Nothing was changed.
outcome-off-title = { -word-activation(form: "One") } stays off
outcome-off-text = { $brand } can only collect { -word-message(form: "many") } while { -word-activation } is on. Nothing was changed. You can turn it on whenever you like.
outcome-person-title = This { -word-provider-application } expects someone else
outcome-person-text = You are not the person whom { $brand } knows. Nothing was changed, and { $brand } does not learn who you are.
outcome-grant-title = This { -word-authorization-request } is not about you
outcome-grant-text = { $brand } refers to an earlier { -word-consent } of someone else, or one that has ended. Nothing was changed.
outcome-closed-title = { $brand } is not open to you yet
outcome-closed-text = { $brand } is still in a trial and open only to people who were invited. Nothing was changed. Ask { $brand } when the app opens to everybody.
outcome-back = Back to { $brand }
outcome-consents = See your { -word-consent(form: "many") }
