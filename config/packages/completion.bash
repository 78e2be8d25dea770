# bash completion for @PROGRAM@: the program itself says what can follow.
_@FUNCTION@() {
  local words
  mapfile -t words < <("${COMP_WORDS[0]}" --get-yargs-completions "${COMP_WORDS[@]}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o bashdefault -o default -F _@FUNCTION@ @PROGRAM@
