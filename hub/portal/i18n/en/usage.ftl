# Who looked into a mailbox: by day and reader.

usage-title = { $holder ->
    [own] Who looked into your { -word-mailbox }
    [earlier] Who looked into your { -word-mailbox } under an earlier number
   *[other] Who looked into the { -word-mailbox } of { $name }
}
usage-link = See who looked into this { -word-mailbox }
usage-link-consent = See what { $brand } looked at
usage-lead = Whenever an { -word-provider-application } or a person gets something from this { -word-mailbox }, it is written down here. It takes a few seconds before you see it.
usage-only = You see only what <strong>{ $brand }</strong> did with one { -word-consent }.
usage-all = Show everything
usage-only-this = Only what { $brand } did with this { -word-consent }
usage-own-left-out = What you looked at yourself is not in the list.
usage-own-show = Show that too
usage-own-shown = What you looked at yourself is in the list.
usage-own-leave-out = Leave that out
usage-none = Nobody looked into this { -word-mailbox }.
usage-you = You
usage-somebody = A representative
usage-representative = A person who may act for this { -word-mailbox }.
usage-representative-number = A person who may act for this { -word-mailbox }. Number: { $number }
usage-holder = The person whose { -word-mailbox } this is.
usage-own-software = A system of the enterprise itself.
usage-operator = A staff member of this service
usage-nothing = Asked for { -word-message(form: "many") }, none found
usage-told = Told that there is news about { -word-message(form: "many") }
usage-checked = Number of { -word-message(form: "many") } seen
usage-list = List of { -word-message(form: "many") } seen
usage-proofs = { -word-evidence(form: "Many") } about { -word-message(form: "many") } seen
usage-rights = { -word-partition(form: "Many") }, rules and who sees what seen
usage-opened = { -word-message(form: "Many") } or { -word-attachment(form: "many") } opened
usage-opened-message = { -word-message(form: "One") } opened
usage-opened-file = { -word-attachment(form: "One") } opened
usage-count = { $what }: { $count ->
    [one] once
   *[other] { $count } times
}
usage-in-hour = { $count ->
    [one] once within an hour
   *[other] { $count } times within an hour
}
usage-gone = a { -word-message } that is no longer here
usage-file = an { -word-attachment }
usage-pages = Pages
usage-next = Earlier days
usage-first = Latest days
usage-kept = We keep this list for 10 years.
usage-file-for-programs = The list as a file for programs (JSON)
