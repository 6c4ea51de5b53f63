# The public register: which apps there are, and what was checked of them.

register-title = { -word-provider-application(form: "Many") } that work with this service
register-lead = Here you see which { -word-provider-application(form: "many") } there are and whether somebody checked that they handle your { -word-mailbox } well. An { -word-provider-application } only gets to see something once you allow it.
register-none = There are no { -word-provider-application(form: "many") } yet.
register-level = { $level ->
    [certified] <strong>Checked by us.</strong> We let our own tests loose on this { -word-provider-application }, and it passed all of them.
    [declared] <strong>Checked by its makers.</strong> They ran our tests themselves and stand by the result.
    [lapsed] <strong>The check has lapsed.</strong> It was checked before, and that does not count any more.
   *[none] <strong>Not checked.</strong>
}
register-state = { $state ->
    [active] It can be used since { $date }.
    [suspended] It is paused since { $date }.
   *[trying] It is being tried out since { $date }.
}
register-state-undated = { $state ->
    [active] It can be used.
    [suspended] It is paused.
   *[trying] It is being tried out.
}
register-until = The check counts until { $date }, made with version { $version } of the tests.
register-lapsed = { $why ->
    [policy] We ask for more today than when it was checked.
    [certificate] The { -word-provider-application } makes itself known in another way than when it was checked.
   *[time] It counted until { $date }.
}
register-can = What was checked
register-machines = The same list for programs
