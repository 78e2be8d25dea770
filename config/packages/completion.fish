# completion for @PROGRAM@: the program itself says what can follow, and what it is.
function __@FUNCTION@_offers
    set -l words (commandline -opc) (commandline -ct)
    set -l found (env SHELL=zsh $words[1] --get-yargs-completions $words 2>/dev/null)
    if test (count $found) -gt 0
        # NAME:MEANING, where a colon in a name has a backslash.
        string replace -r '(?<!\\\\):' \t -- $found | string replace -a '\\:' ':'
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c @PROGRAM@ -f -a '(__@FUNCTION@_offers)'
