/** The request by which the scripts ask what a command line may go on with: the shell, `--` and the words follow. */
export const COMPLETE = '__complete';

/** The shells that there are scripts for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * Each asks the command itself, so that it knows what the installed release knows. The answer has a line for each candidate, value and
 * description, and where files or folders complete the word, one with a colon and that.
 */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of cumulus-api
_cumulus_api() {
  local line names= program=$1
  [[ $program == */* ]] || program=cumulus-api
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) names=\${line#:} ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${program/#\\~/$HOME}" __complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" </dev/null 2>/dev/null)
  # Readline's own completion of files knows of blanks, tildes and equals signs.
  case $names in
    file) ;;
    folder) compopt +o default -o dirnames 2>/dev/null ;;
    *) compopt +o default 2>/dev/null ;;
  esac
}
complete -o default -F _cumulus_api cumulus-api`,
  zsh: `#compdef cumulus-api
_cumulus-api() {
  local line names= program=\${(Q)words[1]}
  local -a candidates
  [[ $program == */* ]] || program=cumulus-api
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      names=\${line#:}
    else
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <("\${program/#\\~/$HOME}" __complete zsh -- "\${(@Q)words[2,CURRENT]}" </dev/null 2>/dev/null)
  [[ $PREFIX == --*=* ]] && compset -P '*='
  case $names in
    file) _files ;;
    folder) _files -/ ;;
    *) _describe cumulus-api candidates ;;
  esac
}
if [[ $funcstack[1] == _cumulus-api ]]; then
  _cumulus-api "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _cumulus-api cumulus-api
fi`,
  fish: `# fish completion of cumulus-api
function __cumulus_api_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r -- '^~' $HOME $words[1])
    set -l option (string match -r -- '^--[^=]+=' "$current")
    set -l value (string replace -r -- '^--[^=]+=' '' "$current")
    set -l plain (string unescape -- "$value")
    and set value $plain
    for line in ($program __complete fish -- $words[2..-1] "$current" </dev/null 2>/dev/null)
        switch $line
            case ':file'
                for path in (__fish_complete_path "$value")
                    printf '%s%s\\n' "$option" $path
                end
            case ':folder'
                for path in (__fish_complete_directories "$value")
                    printf '%s%s\\n' "$option" $path
                end
            case ':*'
            case '*'
                printf '%s\\n' $line
        end
    end
end
complete -c cumulus-api -f -a '(__cumulus_api_complete)'`,
};

/** The script by which a shell completes the command lines of `cumulus-api`. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
