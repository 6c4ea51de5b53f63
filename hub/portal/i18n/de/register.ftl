# The public register: which apps there are, and what was checked of them.

register-title = { -word-provider-application(form: "Many") }, die mit diesem Dienst arbeiten
register-lead = Hier sehen Sie, welche { -word-provider-application(form: "many") } es gibt und ob jemand geprüft hat, dass sie gut mit Ihrem { -word-mailbox } umgehen. Eine { -word-provider-application } bekommt erst etwas zu sehen, wenn Sie es erlauben.
register-none = Es gibt noch keine { -word-provider-application(form: "many") }.
register-level = { $level ->
    [certified] <strong>Von uns geprüft.</strong> Wir haben unsere eigenen Tests auf diese { -word-provider-application } angewandt, und sie hat alle bestanden.
    [declared] <strong>Von den Herstellern geprüft.</strong> Sie haben unsere Tests selbst durchgeführt und stehen für das Ergebnis ein.
    [lapsed] <strong>Die Prüfung gilt nicht mehr.</strong> Sie wurde früher geprüft, und das zählt nicht mehr.
   *[none] <strong>Nicht geprüft.</strong>
}
register-state = { $state ->
    [active] Sie können sie benutzen seit { $date }.
    [suspended] Sie ruht seit { $date }.
   *[trying] Sie wird erprobt seit { $date }.
}
register-state-undated = { $state ->
    [active] Sie können sie benutzen.
    [suspended] Sie ruht.
   *[trying] Sie wird erprobt.
}
register-until = Die Prüfung gilt bis { $date } und wurde mit Version { $version } der Tests gemacht.
register-lapsed = { $why ->
    [policy] Wir verlangen heute mehr als damals, als sie geprüft wurde.
    [certificate] Die { -word-provider-application } gibt sich anders zu erkennen als damals, als sie geprüft wurde.
   *[time] Sie galt bis { $date }.
}
register-can = Was geprüft wurde
register-machines = Dieselbe Liste für Programme
