"""What every search at random has in common: options, child processes, results that are kept, the report.

===================  ==================================================================
`options`            options of the command
`campaign`           what is not kept yet is examined, in children
`workers`            work in child processes, of which one may die
`children_progress`  how far it is
`kept`               what is kept of a run that was stopped
`report`             the table, the page and the JSON
===================  ==================================================================
"""
