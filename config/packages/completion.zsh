#compdef @PROGRAM@
# completion for @PROGRAM@: the program itself says what can follow, and what it is.
local -a found
found=("${(@f)$(SHELL=zsh $words[1] --get-yargs-completions "${(@)words[1,CURRENT]}" 2>/dev/null)}")
if (( $#found )) && [[ -n $found[1] ]]; then
  _describe '@PROGRAM@' found
else
  _files
fi
