# The start page, before and after logging in.

home-title = Your official mail, in one place
home-lead = Public bodies send their { -word-publication(form: "many") } to your { -word-mailbox } here. You read them online, whenever it suits you.
home-can-title = What you can do here
home-can-read = read { -word-publication(form: "many") } from public bodies and keep the { -word-attachment(form: "many") }
home-can-enterprise = read the mail of an enterprise or a person that you act for
home-can-consent = let an { -word-provider-application } that you already use collect your { -word-message(form: "many") }, and stop that whenever you like
home-choice-title = You choose
home-choice = Nothing is sent to you digitally until you turn on { -word-activation } yourself. You can go back to paper at any time.
home-login-hint = You log in the way you always do with public services. We never ask you for a password.

overview-title = { $count ->
    [one] Your { -word-mailbox }
   *[other] Your { -word-mailbox(form: "many") }
}
overview-lead = Choose which { -word-mailbox } you want to open.
overview-unread = { $count ->
    [0] No unread { -word-message(form: "many") }
    [one] 1 unread { -word-message }
   *[other] { $count } unread { -word-message(form: "many") }
}
overview-off = { -word-activation(form: "One") } is off: { -word-publication(form: "many") } come on paper.
overview-closed = Closed: no new { -word-publication(form: "many") } arrive.
overview-open = Open
