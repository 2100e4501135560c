"""The scripts that switch to a virtual environment and back, for venv: its own are files, which the binary has none of."""

_SH = r'''# Use it as `. bin/activate`; `deactivate` goes back.

deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH+set}" ]; then
        PATH=$_OLD_VIRTUAL_PATH
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME+set}" ]; then
        PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        export PYTHONHOME
        unset _OLD_VIRTUAL_PYTHONHOME
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ]; then
        PS1=$_OLD_VIRTUAL_PS1
        unset _OLD_VIRTUAL_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    # The shell may remember where commands were.
    hash -r 2> /dev/null || true
    [ "${1:-}" = nondestructive ] || unset -f deactivate
}

# Out of any other environment.
deactivate nondestructive

VIRTUAL_ENV=__VENV_DIR__
VIRTUAL_ENV_PROMPT=__VENV_PROMPT__
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT

_OLD_VIRTUAL_PATH=$PATH
PATH=$VIRTUAL_ENV/__VENV_BIN_NAME__:$PATH
export PATH

if [ -n "${PYTHONHOME+set}" ]; then
    _OLD_VIRTUAL_PYTHONHOME=$PYTHONHOME
    unset PYTHONHOME
fi

if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ]; then
    _OLD_VIRTUAL_PS1=${PS1:-}
    PS1="($VIRTUAL_ENV_PROMPT) ${PS1:-}"
fi

hash -r 2> /dev/null || true
'''

_CSH = r'''# Use it as `source bin/activate.csh`; `deactivate` goes back.

alias deactivate 'test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH" && unset _OLD_VIRTUAL_PATH; rehash; test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt="$_OLD_VIRTUAL_PROMPT" && unset _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; test "\!:*" != nondestructive && unalias deactivate'

deactivate nondestructive

setenv VIRTUAL_ENV __VENV_DIR__
setenv VIRTUAL_ENV_PROMPT __VENV_PROMPT__

set _OLD_VIRTUAL_PATH="$PATH"
setenv PATH "$VIRTUAL_ENV/"__VENV_BIN_NAME__":$PATH"

if (! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt) then
    set _OLD_VIRTUAL_PROMPT="$prompt"
    set prompt = "($VIRTUAL_ENV_PROMPT) $prompt"
endif

rehash
'''

_FISH = r'''# Use it as `source bin/activate.fish`; `deactivate` goes back.

function deactivate
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_VIRTUAL_PYTHONHOME
    end
    if functions -q _old_virtual_prompt
        functions -e fish_prompt
        functions -c _old_virtual_prompt fish_prompt
        functions -e _old_virtual_prompt
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate
    end
end

deactivate nondestructive

set -gx VIRTUAL_ENV __VENV_DIR__
set -gx VIRTUAL_ENV_PROMPT __VENV_PROMPT__

set -g _OLD_VIRTUAL_PATH $PATH
set -gx PATH $VIRTUAL_ENV/__VENV_BIN_NAME__ $PATH

if set -q PYTHONHOME
    set -g _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

if not set -q VIRTUAL_ENV_DISABLE_PROMPT
    functions -c fish_prompt _old_virtual_prompt
    function fish_prompt
        printf '(%s) ' $VIRTUAL_ENV_PROMPT
        _old_virtual_prompt
    end
end
'''

SCRIPTS = {'activate': _SH, 'activate.csh': _CSH, 'activate.fish': _FISH}
