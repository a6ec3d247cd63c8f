<?php
echo $name;
echo '<p>' . esc_html( $name ) . $more . '</p>';
echo "<p>$name</p>";
echo strtoupper( $name );
print $name;
exit( $name );
echo '<p>' . esc_html( $fine ) . '</p>';
