; The installer for Windows: for the person who runs it, without administrator's rights. Called by installer.sh, which defines
; VERSION, PROGRAM (oriole.exe), LICENCES, ROOT (the repository), OUTPUT and, where makensis has the stubs for it, AMD64.
;
; /S installs without asking anything, /D=C:\folder (last) elsewhere. The uninstaller takes /S too. What a person wrote and received
; is in %LOCALAPPDATA%\oriole and stays.

Unicode true
!ifdef AMD64
  Target amd64-unicode
!endif

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Oriole"
!define CAPABILITIES "Software\Oriole\Capabilities"

Name "Oriole"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Oriole"
InstallDirRegKey HKCU "Software\Oriole" "Folder"
RequestExecutionLevel user
SetCompressor /SOLID lzma
ManifestDPIAware true
BrandingText "Oriole ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Oriole"
VIAddVersionKey "FileDescription" "Oriole Setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Mozilla Public License 2.0"

!define MUI_ICON "${ROOT}/resources/icons/app/oriole.ico"
!define MUI_UNICON "${ROOT}/resources/icons/app/oriole.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\oriole.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; The first that fits the person's Windows, else English.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString RUNNING ${LANG_ENGLISH} "Oriole is running. Close it, then try again."
LangString RUNNING ${LANG_SIMPCHINESE} "黄鹂正在运行。请先关闭它，然后重试。"
LangString COMMENT ${LANG_ENGLISH} "Talk to people over XMPP"
LangString COMMENT ${LANG_SIMPCHINESE} "通过 XMPP 与人交谈"

; A program that runs cannot be replaced or removed: its file cannot be opened for writing. Ends with code 2 where nobody can be asked.
!macro WAIT_UNTIL_CLOSED
  ${Do}
    ${IfNot} ${FileExists} "$INSTDIR\oriole.exe"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $0 "$INSTDIR\oriole.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      ${Break}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY +3
    SetErrorLevel 2
    Quit
  ${Loop}
!macroend

Section
  SetShellVarContext current
  !insertmacro WAIT_UNTIL_CLOSED
  SetOutPath "$INSTDIR"
  File "/oname=oriole.exe" "${PROGRAM}"
  File "/oname=licences.txt" "${LICENCES}"
  File "/oname=LICENSE.txt" "${ROOT}/LICENSE"
  File "/oname=oriole.ico" "${ROOT}/resources/icons/app/oriole.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Oriole.lnk" "$INSTDIR\oriole.exe" "" "$INSTDIR\oriole.exe" 0 SW_SHOWNORMAL "" "$(COMMENT)"
  WriteRegStr HKCU "Software\Oriole" "Folder" "$INSTDIR"

  ; xmpp: links. Oriole can be chosen for them in the settings of Windows; it takes them at once only where nobody has them.
  WriteRegStr HKCU "Software\Classes\Oriole.xmpp" "" "URL:XMPP"
  WriteRegStr HKCU "Software\Classes\Oriole.xmpp" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\Oriole.xmpp\DefaultIcon" "" "$INSTDIR\oriole.exe,0"
  WriteRegStr HKCU "Software\Classes\Oriole.xmpp\shell\open\command" "" '"$INSTDIR\oriole.exe" -- "%1"'
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationName" "Oriole"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationDescription" "$(COMMENT)"
  WriteRegStr HKCU "${CAPABILITIES}\URLAssociations" "xmpp" "Oriole.xmpp"
  WriteRegStr HKCU "Software\RegisteredApplications" "Oriole" "${CAPABILITIES}"
  ReadRegStr $0 HKCR "xmpp\shell\open\command" ""
  ${If} $0 == ""
  ${OrIf} $0 == '"$INSTDIR\oriole.exe" -- "%1"'
    WriteRegStr HKCU "Software\Classes\xmpp" "" "URL:XMPP"
    WriteRegStr HKCU "Software\Classes\xmpp" "URL Protocol" ""
    WriteRegStr HKCU "Software\Classes\xmpp\DefaultIcon" "" "$INSTDIR\oriole.exe,0"
    WriteRegStr HKCU "Software\Classes\xmpp\shell\open\command" "" '"$INSTDIR\oriole.exe" -- "%1"'
  ${EndIf}

  ; Under this name Oriole shows notifications (src/platform/notifications.rs).
  WriteRegStr HKCU "Software\Classes\AppUserModelId\im.oriole.Oriole" "DisplayName" "Oriole"
  WriteRegStr HKCU "Software\Classes\AppUserModelId\im.oriole.Oriole" "IconUri" "$INSTDIR\oriole.ico"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Oriole"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\oriole.exe,0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Oriole contributors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  !insertmacro WAIT_UNTIL_CLOSED
  Delete "$INSTDIR\oriole.exe"
  Delete "$INSTDIR\licences.txt"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\oriole.ico"
  Delete "$INSTDIR\uninstall.exe"
  ; Only where nothing else is in it.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Oriole.lnk"
  ; By the name it was installed under: a folder has several.
  ReadRegStr $0 HKCU "Software\Classes\xmpp\shell\open\command" ""
  ReadRegStr $1 HKCU "Software\Oriole" "Folder"
  ${If} $0 == '"$1\oriole.exe" -- "%1"'
    DeleteRegKey HKCU "Software\Classes\xmpp"
  ${EndIf}
  DeleteRegKey HKCU "Software\Classes\Oriole.xmpp"
  DeleteRegKey HKCU "Software\Classes\AppUserModelId\im.oriole.Oriole"
  DeleteRegValue HKCU "Software\RegisteredApplications" "Oriole"
  DeleteRegKey HKCU "Software\Oriole"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd
